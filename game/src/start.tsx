import { effect } from "@preact/signals";
import { render } from "preact";
import { createModel, type Made } from "./model/create";
import { keepOf } from "./model/keep";
import type { Mount, Play, PlayEvents } from "./play/play";
import { App } from "./screens/app";
import { createServer } from "./server/client";
import { browser } from "./telegram/browser";
import type { Surroundings } from "./telegram/surroundings";
import { telegram } from "./telegram/telegram";
import type { LoadConnector } from "./wallet/connector";
import * as words from "./words/news";

export interface Started extends Made {
  /** Null when this browser cannot draw it. */
  play: Promise<Play | null>;
}

/** A player made of a program: it sees each step of a run before it is taken. */
export type Player = (state: Parameters<NonNullable<PlayEvents["steps"]>>[0], flap: () => void) => void;

/** Telegram takes what it shows while a game is loaded away by then, whatever the picture does. */
const READY_MS = 1_500;

/** The menu first, then the picture, then whatever else there is. */
export function start(root: HTMLElement, wallets: LoadConnector, player?: Player): Started {
  // It is large: it comes while the menu is made.
  const picture = import("./play/mount");
  const surroundings = telegram() ?? browser();
  const server = createServer(surroundings.initData);
  let paint: () => void = () => undefined;
  const painted = new Promise<void>((done) => {
    paint = done;
  });
  const made = createModel({ surroundings, server, keep: keepOf(surroundings.user), wallets, painted });
  setTimeout(surroundings.ready, READY_MS);
  const play = new Promise<Play | null>((done) => {
    const stage = (parent: HTMLElement) => {
      const mounted = picture.then(({ mount }) => shown(mount, parent, made, surroundings, player));
      mounted.then(done, () => {
        made.tell("bad", words.NO_PICTURE);
        done(null);
      });
    };
    render(<App model={made.model} stage={stage} />, root);
  });
  made.begin();
  void play.then(() => {
    paint();
    surroundings.ready();
    return made.rest();
  });
  return { ...made, play };
}

/** The picture follows the model, and tells it what happens. */
async function shown(
  mount: Mount,
  parent: HTMLElement,
  made: Made,
  around: Surroundings,
  player?: Player,
): Promise<Play> {
  const { model, flights } = made;
  const play = await mount(parent, model.look.peek(), {
    began: flights.began,
    scored: () => around.haptic("score"),
    flapped: () => undefined,
    ended: (run) => {
      around.haptic("hit");
      model.actions.flown(run);
    },
    ...(player === undefined ? {} : { steps: (state) => player(state, () => play.flap()) }),
  });
  effect(() => play.setLook(model.look.value));
  effect(() => play.setSound(model.settings.value.sound));
  effect(() => {
    const [flight, level] = [model.flight.value, flights.level.value];
    if (flight === "ready" && level !== null) play.ready(level.seed);
    if (flight === "menu") play.idle();
  });
  return play;
}

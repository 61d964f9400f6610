import { pipeFor } from "../../src/look/pipes";
import { flapsIdly } from "../../src/play/idle-pilot";
import { mount } from "../../src/play/mount";
import type { Look, Play, PlayEvents } from "../../src/play/play";

/** The picture without menus and server, to look at it and to measure it: `?theme=dark&pipe=3`, and `play`, `told` and `alone` in the console. */
export interface Alone {
  play: Play;
  told: string[];
  /** A program plays until so many pipes are passed. */
  alone(seed: number, score: number): void;
  look(pipe: string, name: string, theme: Look["theme"]): void;
}

const asked = new URLSearchParams(location.search);
const told: string[] = [];
let until = 0;

const events: PlayEvents = {
  began: () => told.push("began"),
  scored: (score) => told.push(`scored ${score}`),
  ended: (run) => told.push(`ended ${JSON.stringify(run)}`),
  flapped: () => undefined,
  steps: (state) => {
    if (state.score < until && flapsIdly(state)) play.flap();
  },
};
const parent = document.getElementById("play");
if (parent === null) throw new Error("the page has a place for the picture");
const theme = asked.get("theme") === "dark" ? "dark" : "light";
const play = await mount(parent, { pipe: pipeFor(asked.get("pipe") ?? "green", ""), theme }, events);

Object.assign(window, {
  play,
  told,
  alone(seed: number, score: number) {
    until = score;
    play.ready(seed);
    play.flap();
  },
  look: (pipe: string, name: string, theme: Look["theme"]) => play.setLook({ pipe: pipeFor(pipe, name), theme }),
} satisfies Alone);
performance.mark("game");

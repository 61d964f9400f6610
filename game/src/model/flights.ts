import { batch, type Signal, signal } from "@preact/signals";
import type { FlownRun } from "../play/play";
import { Outbox } from "../runs/outbox";
import { OutOfDate } from "../runs/same_game";
import { Stock } from "../runs/stock";
import type { Played, Run } from "../server/answers";
import type { Server } from "../server/client";
import { Problem, Unreached } from "../server/problem";
import * as words from "../words/news";
import type { Keep } from "./keep";
import type { Flight, LastRun } from "./model";
import type { News } from "./news";

export interface Flights {
  flight: Signal<Flight>;
  /** The level that the picture is to be ready for. */
  level: Signal<{ seed: number } | null>;
  last: Signal<LastRun | null>;
  unreported: Signal<number>;
  run(): Promise<{ seed: number }>;
  began(): void;
  flown(run: FlownRun): void;
  /** Whatever is flown or was flown is left for the menu. */
  leave(): void;
  /** There may be a network again. */
  again(): void;
}

export interface FlightsAround {
  keep: Keep;
  server: Server;
  news: News;
  /** False outside of Telegram: runs are made up here, and nobody is told of them. */
  earns: boolean;
  painted: Promise<unknown> | undefined;
  /** False when the server plays another game than this page. */
  upToDate(): boolean;
  /** The best score that the server knows of this player. */
  best(): number;
  taken(played: Played): void;
  signedOut(): void;
}

export function createFlights(around: FlightsAround): Flights {
  const { keep, server, news } = around;
  const flight = signal<Flight>("menu");
  const level = signal<{ seed: number } | null>(null);
  const last = signal<LastRun | null>(null);
  /** The run that is in the air, and the one whose report the screen shows. */
  let current: Run | null = null;
  let shown: string | null = null;
  const stock = new Stock(keep, server);
  const outbox = new Outbox(keep, server.played, {
    taken: (flown, played) => {
      const isShown = flown.run === shown;
      if (isShown) report({ is: "taken", played });
      else news.tell("good", words.counted(played));
      around.taken(played);
    },
    refused: (flown, problem) => {
      if (flown.run === shown) report({ is: "refused", why: words.why(problem) });
      else news.tell("bad", words.notCounted(problem));
    },
    later: (flown, error) => {
      if (flown.run === shown) report({ is: "later" });
      if (error instanceof Problem && error.signedOut) around.signedOut();
    },
    unkept: () => news.tell("bad", words.UNKEPT),
  });

  function report(report: LastRun["report"]): void {
    if (last.value !== null) last.value = { ...last.value, report };
  }

  /** The next runs, while there is a network. Without one they are asked for when it is back. */
  function fill(): void {
    if (!around.earns) return;
    stock.fill().catch((error: unknown) => {
      if (error instanceof OutOfDate) news.tell("bad", words.OUT_OF_DATE);
      if (error instanceof Problem && error.signedOut) around.signedOut();
    });
  }

  async function next(): Promise<Run> {
    if (!around.earns) return madeUp();
    if (!around.upToDate()) throw new Error(words.OUT_OF_DATE);
    return stock.next().catch((error: unknown) => {
      throw new Error(error instanceof Unreached ? words.NO_RUN[error.why] : words.why(error), { cause: error });
    });
  }

  function back(): void {
    if (current !== null && around.earns) stock.back(current);
    current = null;
  }

  return {
    flight,
    level,
    last,
    unreported: outbox.waiting,
    run: async () => {
      const [run] = await Promise.all([next(), around.painted]);
      if (flight.value === "ready") back();
      current = run;
      const given = { seed: run.seed };
      batch(() => {
        flight.value = "ready";
        level.value = given;
      });
      return given;
    },
    began: () => {
      if (flight.value === "ready") flight.value = "flying";
    },
    flown: (flown) => {
      const run = current;
      if (run === null) return;
      current = null;
      shown = run.run;
      const before = Math.max(keep.get<number>(BEST) ?? 0, around.best());
      if (flown.score > before) keep.set(BEST, flown.score);
      const refused = { is: "refused", why: words.FOR_FUN } as const;
      batch(() => {
        flight.value = "ended";
        last.value = {
          score: flown.score,
          best: flown.score > before,
          report: around.earns ? { is: "sending" } : refused,
        };
      });
      if (!around.earns) return;
      // It is kept before it is sent.
      outbox.add({ run: run.run, score: flown.score, flaps: flown.flaps });
      fill();
    },
    leave: () => {
      if (flight.value === "ready") back();
      if (flight.value !== "flying") flight.value = "menu";
    },
    again: () => {
      if (!around.earns) return;
      outbox.now();
      fill();
    },
  };
}

const BEST = "best";

/** A level that nobody is told of. */
function madeUp(): Run {
  const [seed = 1] = crypto.getRandomValues(new Uint32Array(1));
  return { run: "", seed, flight: 0, expires: 0 };
}

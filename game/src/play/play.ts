import type { State } from "../flight/state";
import type { PipeLook } from "../look/pipes";

/** A run as it was flown. */
export interface FlownRun {
  score: number;
  ticks: number;
  /** The steps in which the player flapped. */
  flaps: number[];
}

/** What the player sees of the world, beside its simulation. */
export interface Look {
  pipe: PipeLook;
  theme: "light" | "dark";
}

/** The picture of the game, and the only place that knows Phaser. */
export interface Play {
  /** The bird waits at the beginning of this level; the first flap begins the run. */
  ready(seed: number): void;
  setLook(look: Look): void;
  setSound(on: boolean): void;
  /** A flap, from wherever it comes. */
  flap(): void;
  /** Flies by itself behind the menus. */
  idle(): void;
  /** The time of each frame's own work in milliseconds, newest last; at most the last 1,200. */
  work(): number[];
  destroy(): void;
}

export interface PlayEvents {
  /** The first flap. */
  began(): void;
  scored(score: number): void;
  /** After the fall was shown. */
  ended(run: FlownRun): void;
  flapped(): void;
  /** Before each step of a run. Whoever calls `flap` in here flaps in this step: a player made of a program can play. */
  steps?(state: State): void;
}

/** The first picture is on the screen when the promise is fulfilled. */
export type Mount = (parent: HTMLElement, look: Look, events: PlayEvents) => Promise<Play>;

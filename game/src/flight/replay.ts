import { CONSTANTS } from "./constants";
import type { Outcome } from "./outcome";
import { State } from "./state";

/** Why flaps are no run. In the order in which they are checked, as the server checks them. */
export type FlapsError =
  | { why: "too-many"; most: number }
  | { why: "out-of-order"; nth: number }
  | { why: "after-the-end"; flap: number; ended: number };

/** Plays a whole run: flaps at these ticks, and then none until it ends. */
export function replay(seed: number, flaps: readonly number[]): Outcome | FlapsError {
  const most = CONSTANTS.flaps_most;
  if (flaps.length > most) return { why: "too-many", most };
  const wrong = flaps.findIndex((flap, at) => at > 0 && flap <= (flaps[at - 1] ?? flap));
  if (wrong >= 0) return { why: "out-of-order", nth: wrong };
  const state = new State(seed);
  let next = 0;
  while (state.ended === null) {
    const flap = flaps[next] === state.tick;
    if (flap) next += 1;
    state.step(flap);
  }
  const late = flaps[next];
  return late === undefined ? outcome(state, state.ended) : { why: "after-the-end", flap: late, ended: state.tick };
}

function outcome(state: State, ended: Outcome["ended"]): Outcome {
  return { score: state.score, ticks: state.tick, ended, y: state.y, distance: state.distance };
}

import { CONSTANTS } from "../flight/constants";
import { type State, velocityAfter } from "../flight/state";

const MARGIN = 14 * CONSTANTS.pixel;

/** Whether a calm player flaps now: never while the bird still rises from the last time, as the pilot of the tests does. */
export function flapsIdly(state: State): boolean {
  const lowest = state.nextPipe().bottom - CONSTANTS.bird_half_height - MARGIN;
  return state.velocity > -320 && state.y + velocityAfter(state.velocity, false) > lowest;
}

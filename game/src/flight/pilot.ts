import { CONSTANTS } from "./constants";
import { type State, velocityAfter } from "./state";

/** How far above a gap's lower edge the pilot lets the bird sink. */
const MARGIN = 8 * CONSTANTS.pixel;

/** Whether a player who never fails flaps now: as late as possible without touching the lower edge of the gap that comes. */
export function flapsNow(state: State): boolean {
  const lowest = state.nextPipe().bottom - CONSTANTS.bird_half_height - MARGIN;
  return state.y + velocityAfter(state.velocity, false) > lowest;
}

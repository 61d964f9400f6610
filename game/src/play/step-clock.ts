import { CONSTANTS } from "../flight/constants";

const STEP_MS = 1_000 / CONSTANTS.ticks_per_second;
/** A browser's clock may be rounded to a millisecond or shake by one: a step that is so nearly due is due. */
const EARLY_MS = 0.6;
/** More steps than these in one picture are left out: the game becomes slow, not jumpy. */
const STEPS_MOST = 6;
/** Who does not see anything for so long should not find the bird on the ground. */
const GAP_MS = 2_000;

/** Steps of a sixtieth of a second, however often the display shows a picture. */
export class StepClock {
  private last: number | null = null;
  private owed = 0;

  /** How many steps are due at this time; `"gap"` when there was no picture for so long that a run has to wait for its player. */
  due(now: number): number | "gap" {
    const passed = this.last === null ? 0 : Math.max(now - this.last, 0);
    this.last = now;
    if (passed > GAP_MS) {
      this.owed = 0;
      return "gap";
    }
    this.owed += passed;
    const due = Math.max(Math.floor((this.owed + EARLY_MS) / STEP_MS), 0);
    this.owed -= due * STEP_MS;
    return Math.min(due, STEPS_MOST);
  }

  /** How far the time is between the last step and the next one: from 0 to 1. */
  get between(): number {
    return Math.min(Math.max(this.owed / STEP_MS, 0), 1);
  }
}

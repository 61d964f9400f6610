/** Why a run ended, as the server says it. */
export type Ended = "ground" | "pipe" | "time";

/** What a run's flaps come to. */
export interface Outcome {
  score: number;
  /** How many steps the run lasted. */
  ticks: number;
  ended: Ended;
  /** The bird's height at the end, in 256ths of a pixel from above. */
  y: number;
  /** In 256ths of a pixel. */
  distance: number;
}

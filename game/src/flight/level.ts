import { CONSTANTS } from "./constants";

/** A pair of pipes with a gap between them, in places of the level: the bird is at `bird_x` and the distance that it has flown. */
export interface Pipe {
  left: number;
  right: number;
  /** The gap's upper edge. */
  top: number;
  /** The gap's lower edge. */
  bottom: number;
}

/** The pipes of a seed, made as far as they are asked for. A pipe is made once, so that drawing makes nothing in each frame. */
export class Level {
  private readonly pipes: Pipe[] = [];
  private centre = 0;

  constructor(readonly seed: number) {}

  /** Pipe number `n`, from 0. */
  pipe(n: number): Pipe {
    let pipe = this.pipes[n];
    while (pipe === undefined) {
      this.pipes.push(this.next(this.pipes.length));
      pipe = this.pipes[n];
    }
    return pipe;
  }

  private next(n: number): Pipe {
    const wanted = wantedCentre(this.seed, n);
    const reach = CONSTANTS.centre_reach;
    this.centre = n === 0 ? wanted : Math.min(Math.max(wanted, this.centre - reach), this.centre + reach);
    const left = CONSTANTS.first_pipe + n * CONSTANTS.pipe_every;
    const half = gap(n) / 2;
    return { left, right: left + CONSTANTS.pipe_width, top: this.centre - half, bottom: this.centre + half };
  }
}

/** Even for every `n`, as all of its numbers are, so that half of it is a whole number. */
function gap(n: number): number {
  return Math.max(CONSTANTS.gap_first - n * CONSTANTS.gap_less, CONSTANTS.gap_least);
}

function wantedCentre(seed: number, n: number): number {
  const range = CONSTANTS.centre_bottom - CONSTANTS.centre_top + 1;
  return CONSTANTS.centre_top + (random(seed, n) % range);
}

/** A number of its own for each pipe: splitmix32, with the constants of <https://github.com/skeeto/hash-prospector>. */
function random(seed: number, n: number): number {
  let z = (seed + Math.imul(n + 1, 0x9e3779b9)) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

import { CONSTANTS } from "./constants";
import { Level, type Pipe } from "./level";
import type { Ended } from "./outcome";

/** A game that goes on. Lengths are those of {@link CONSTANTS}. */
export class State {
  private readonly level: Level;
  /** Steps that were made: the number of the one that comes next. */
  tick = 0;
  /** The bird's middle, from above. */
  y: number = CONSTANTS.start_y;
  /** Positive is down. */
  velocity = 0;
  /** How far the bird has flown: what is at `x` of the level is drawn at `x - distance`. */
  distance = 0;
  /** Pipes that were passed. */
  score = 0;
  ended: Ended | null = null;

  constructor(seed: number) {
    this.level = new Level(seed);
  }

  get seed(): number {
    return this.level.seed;
  }

  /** Pipe number `n`, from 0, wherever it is. */
  pipe(n: number): Pipe {
    return this.level.pipe(n);
  }

  /** The pipe that is passed next: the only one that the bird can hit. */
  nextPipe(): Pipe {
    return this.level.pipe(this.score);
  }

  /** The pipes on the screen, from left to right. */
  pipes(): Pipe[] {
    const [left, right] = [this.distance, this.distance + CONSTANTS.width];
    const seen: Pipe[] = [];
    for (let n = Math.max(this.score - 1, 0); this.level.pipe(n).left < right; n++) {
      const pipe = this.level.pipe(n);
      if (pipe.right > left) seen.push(pipe);
    }
    return seen;
  }

  /** One sixtieth of a second; nothing once the run has ended. */
  step(flap: boolean): Ended | null {
    if (this.ended === null) {
      this.fall(flap);
      this.distance += speed(this.score);
      this.tick += 1;
      this.ended = this.hit();
      if (this.ended === null) this.pass();
    }
    return this.ended;
  }

  private fall(flap: boolean): void {
    this.velocity = velocityAfter(this.velocity, flap);
    this.y += this.velocity;
    if (this.y < CONSTANTS.bird_half_height) {
      this.y = CONSTANTS.bird_half_height;
      this.velocity = 0;
    }
  }

  private hit(): Ended | null {
    const top = this.y - CONSTANTS.bird_half_height;
    const bottom = this.y + CONSTANTS.bird_half_height;
    if (bottom >= CONSTANTS.ground) return "ground";
    const pipe = this.nextPipe();
    const beak = CONSTANTS.bird_x + this.distance + CONSTANTS.bird_half_width;
    return beak > pipe.left && (top < pipe.top || bottom > pipe.bottom) ? "pipe" : null;
  }

  private pass(): void {
    const tail = CONSTANTS.bird_x + this.distance - CONSTANTS.bird_half_width;
    if (tail >= this.nextPipe().right) this.score += 1;
    if (this.tick >= CONSTANTS.ticks_most) this.ended = "time";
  }
}

export function velocityAfter(velocity: number, flap: boolean): number {
  return flap ? CONSTANTS.flap : Math.min(velocity + CONSTANTS.gravity, CONSTANTS.fall_most);
}

function speed(score: number): number {
  return Math.min(CONSTANTS.speed_first + score * CONSTANTS.speed_more, CONSTANTS.speed_most);
}

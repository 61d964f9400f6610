import { CONSTANTS } from "../flight/constants";
import type { Ended } from "../flight/outcome";
import { State, velocityAfter } from "../flight/state";
import { flapsIdly } from "./idle-pilot";
import type { FlownRun } from "./play";

/**
 * `idle`: flies by itself. `ready`: hovers before the first flap. `waiting`: a run stands still until the next flap, because nobody could see it.
 * `falling`: what follows the end of a run, which is only shown. `over`: that was shown.
 */
export type Phase = "idle" | "ready" | "flying" | "waiting" | "falling" | "over";

export interface CourseEvents {
  began(): void;
  flapped(): void;
  scored(score: number): void;
  hit(ended: Ended): void;
  ended(run: FlownRun): void;
  steps(state: State): void;
}

/** Shown after the end for at least so many steps, so that everybody sees what happened. */
const FALL_TICKS = 50;
const FALL_MOST_TICKS = 120;
const HOVER_TICKS = 66;
const HOVER_HEIGHT = 5 * CONSTANTS.pixel;

/** What happens between the menus: one run after the other, step by step. Knows the simulation, and nothing of how it is drawn. */
export class Course {
  phase: Phase = "idle";
  state: State;
  /** Where the bird is drawn, and how far the world has passed: those of the last step, and those of the one before. */
  y: number = CONSTANTS.start_y;
  yBefore: number = CONSTANTS.start_y;
  distanceBefore = 0;
  scroll = 0;
  scrollBefore = 0;
  velocity = 0;
  /** Steps since this phase began. */
  ticks = 0;

  private flaps: number[] = [];
  private flapNow = false;
  /** What is left of where the bird was drawn before, so that it glides from one level to the next. */
  private glide = 0;

  constructor(
    private readonly events: CourseEvents,
    private readonly chance: () => number,
  ) {
    this.state = new State(this.seed());
  }

  idle(): void {
    this.begin("idle", this.seed());
  }

  ready(seed: number): void {
    this.begin("ready", seed);
  }

  flap(): void {
    if (this.phase === "ready") {
      this.go("flying");
      this.flaps = [];
      this.events.began();
    } else if (this.phase === "waiting") {
      this.go("flying");
    }
    if (this.phase === "flying") this.flapNow = true;
  }

  /** A run that nobody sees stands still. */
  wait(): void {
    if (this.phase === "flying") this.go("waiting");
  }

  step(): void {
    this.ticks += 1;
    this.yBefore = this.y;
    this.distanceBefore = this.state.distance;
    this.scrollBefore = this.scroll;
    if (this.phase === "idle") this.stepIdle();
    else if (this.phase === "ready") this.hover();
    else if (this.phase === "flying") this.fly();
    else if (this.phase === "falling") this.fall();
  }

  /** A step that changes nothing: what is drawn between two of these stands still. */
  rest(): void {
    this.yBefore = this.y;
    this.distanceBefore = this.state.distance;
    this.scrollBefore = this.scroll;
  }

  private begin(phase: Phase, seed: number): void {
    const from = this.y;
    this.state = new State(seed);
    this.flapNow = false;
    this.go(phase);
    this.glide = from - this.state.y;
    this.y = from;
    this.velocity = 0;
    this.rest();
  }

  private go(phase: Phase): void {
    this.phase = phase;
    this.ticks = 0;
  }

  private stepIdle(): void {
    const flap = flapsIdly(this.state);
    if (flap) this.events.flapped();
    if (this.state.step(flap) === null) this.follow();
    else this.idle();
  }

  private hover(): void {
    this.glide *= 0.86;
    this.scroll += CONSTANTS.speed_first;
    const hover = Math.sin((this.ticks / HOVER_TICKS) * Math.PI * 2) * HOVER_HEIGHT;
    this.y = this.state.y + hover + this.glide;
  }

  private fly(): void {
    if (this.ticks === 1 && this.state.tick === 0) this.glide = this.y - this.state.y;
    this.events.steps(this.state);
    const flap = this.flapNow;
    this.flapNow = false;
    const { score } = this.state;
    if (flap) {
      this.flaps.push(this.state.tick);
      this.events.flapped();
    }
    const ended = this.state.step(flap);
    this.follow();
    if (this.state.score > score) this.events.scored(this.state.score);
    if (ended !== null) this.end(ended);
  }

  private follow(): void {
    this.glide *= 0.86;
    this.y = this.state.y + this.glide;
    this.velocity = this.state.velocity;
    this.scroll += this.state.distance - this.distanceBefore;
  }

  private end(ended: Ended): void {
    this.go("falling");
    if (ended === "pipe") this.velocity = CONSTANTS.flap / 2;
    this.events.hit(ended);
  }

  private fall(): void {
    const lowest = CONSTANTS.ground - CONSTANTS.bird_half_height;
    this.velocity = velocityAfter(this.velocity, false);
    this.y = Math.min(this.y + this.velocity, lowest);
    const lies = this.y >= lowest;
    if (lies) this.velocity = 0;
    if ((lies && this.ticks >= FALL_TICKS) || this.ticks >= FALL_MOST_TICKS) {
      this.go("over");
      this.events.ended({ score: this.state.score, ticks: this.state.tick, flaps: this.flaps });
    }
  }

  private seed(): number {
    return Math.floor(this.chance() * 0x1_0000_0000);
  }
}

import type { GameObjects, Scene } from "phaser";
import { CONSTANTS } from "../flight/constants";
import { BIRD } from "../look/bird";
import type { Course } from "./course";
import type { Painted } from "./paintings";
import { BIRD_PLACE } from "./places";

/** Which frame the wing shows, so many steps after a flap. */
const BEAT = [
  BIRD.down,
  BIRD.down,
  BIRD.down,
  BIRD.down,
  BIRD.level,
  BIRD.level,
  BIRD.level,
  BIRD.up,
  BIRD.up,
  BIRD.up,
];
const HOVER = [BIRD.up, BIRD.level, BIRD.down, BIRD.level];
const BLINK_EVERY = 210;
const BLINK_TICKS = 7;

/** The bird: tilted by how it moves, pressed together by a flap, and not happy about pipes. */
export class BirdView {
  readonly image: GameObjects.Image;
  private scale = 1;
  private tilt = 0;
  private tiltBefore = 0;
  private squash = 0;
  private sinceFlap = 99;
  private ticks = 0;
  private frame = -1;

  constructor(
    scene: Scene,
    private readonly calm: () => boolean,
  ) {
    this.image = scene.add.image(BIRD_PLACE.x, 0, "__WHITE");
  }

  dress(painted: Painted): void {
    this.scale = painted.scale;
    this.frame = BIRD.level;
    this.image.setTexture(painted.keys.bird, this.frame);
  }

  flapped(): void {
    if (this.sinceFlap > 6 && !this.calm()) this.squash = 1;
    this.sinceFlap = 0;
  }

  step(course: Course): void {
    this.ticks += 1;
    this.sinceFlap += 1;
    this.squash *= 0.84;
    this.tiltBefore = this.tilt;
    const pull = course.phase === "falling" ? 0.14 : course.velocity < 0 ? 0.35 : 0.16;
    this.tilt += (wanted(course) - this.tilt) * pull;
  }

  draw(course: Course, between: number): void {
    const y = course.yBefore + (course.y - course.yBefore) * between;
    this.image.setPosition(BIRD_PLACE.x, y / CONSTANTS.pixel);
    this.image.rotation = this.tiltBefore + (this.tilt - this.tiltBefore) * between;
    this.image.setScale(this.scale * (1 - 0.1 * this.squash), this.scale * (1 + 0.15 * this.squash));
    this.show(this.pose(course));
  }

  private pose(course: Course): number {
    if (course.phase === "falling" || course.phase === "over") return BIRD.hit;
    if (course.phase === "waiting") return BIRD.blink;
    const blinks = this.ticks % BLINK_EVERY < BLINK_TICKS;
    if (course.phase === "ready") return blinks ? BIRD.blink : (HOVER[(this.ticks >> 3) % HOVER.length] ?? BIRD.level);
    const beat = BEAT[this.sinceFlap];
    if (beat !== undefined) return beat;
    return course.velocity > 900 ? BIRD.up : blinks ? BIRD.blink : BIRD.level;
  }

  private show(frame: number): void {
    if (frame === this.frame) return;
    this.frame = frame;
    this.image.setFrame(frame);
  }
}

/** Up a little at once, then over the beak the faster it falls. */
function wanted(course: Course): number {
  if (course.phase === "falling" || course.phase === "over") return 1.5;
  if (course.phase === "ready") return -0.06;
  return Math.min(Math.max(course.velocity / 1_750, -0.38), 1.15);
}

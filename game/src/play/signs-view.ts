import type { GameObjects, Scene } from "phaser";
import { CONSTANTS } from "../flight/constants";
import type { Course } from "./course";
import type { Painted } from "./paintings";
import { BIRD_PLACE } from "./places";

const BEAT_TICKS = 66;

/** Shows without words that the bird waits for a tap, and that a run stands still. */
export class SignsView {
  private readonly ring: GameObjects.Image;
  private readonly finger: GameObjects.Image;
  private readonly pause: GameObjects.Image;
  private scale = 1;

  constructor(
    scene: Scene,
    private readonly calm: () => boolean,
  ) {
    this.ring = scene.add.image(0, 0, "__WHITE");
    this.finger = scene.add.image(0, 0, "__WHITE").setOrigin(0.48, 0.1);
    this.pause = scene.add.image(0, 0, "__WHITE");
  }

  dress(painted: Painted): void {
    this.scale = painted.scale;
    this.ring.setTexture(painted.keys.ring);
    this.finger.setTexture(painted.keys.finger).setScale(painted.scale);
    this.pause.setTexture(painted.keys.pause).setScale(painted.scale);
  }

  draw(course: Course): void {
    const waits = course.phase === "ready" || course.phase === "waiting";
    const y = course.state.y / CONSTANTS.pixel;
    const beat = this.calm() ? 0.5 : (course.ticks % BEAT_TICKS) / BEAT_TICKS;
    const press = Math.max(0, Math.cos(beat * Math.PI * 2)) ** 2;
    this.ring.setVisible(waits).setPosition(BIRD_PLACE.x + 66, y + 34);
    this.ring.setScale(this.scale * (0.35 + 0.75 * beat)).setAlpha(waits ? 1 - beat : 0);
    this.finger.setVisible(waits).setPosition(BIRD_PLACE.x + 66, y + 40 - 5 * press);
    this.pause.setVisible(course.phase === "waiting").setPosition(BIRD_PLACE.x, y - 48);
  }
}

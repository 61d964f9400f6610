import type { GameObjects, Scene } from "phaser";
import { DIGIT_STEP } from "../look/digits";
import type { Painted } from "./paintings";
import type { View } from "./view";

/** A run of half an hour passes fewer pipes than have five digits. */
const MOST = 5;

/** The score, large over everything. */
export class ScoreView {
  private readonly images: GameObjects.Image[] = [];
  private middle = 0;
  private y = 0;
  private scale = 1;
  private pop = 0;
  private shown = -1;
  private count = 0;

  constructor(
    scene: Scene,
    private readonly calm: () => boolean,
  ) {
    for (let at = 0; at < MOST; at++) this.images.push(scene.add.image(0, 0, "__WHITE").setVisible(false));
  }

  dress(painted: Painted, view: View): void {
    this.scale = painted.scale * 1.25;
    this.middle = view.left + view.width / 2;
    this.y = view.top + Math.max(view.height * 0.14, 84);
    for (const image of this.images) image.setTexture(painted.keys.digits, 0);
    this.shown = -1;
  }

  scored(): void {
    this.pop = this.calm() ? 0 : 1;
  }

  step(): void {
    this.pop *= 0.86;
  }

  /** Nothing for a score below 0. */
  draw(score: number): void {
    if (score !== this.shown) this.write(score);
    const scale = this.scale * (1 + 0.3 * this.pop);
    const step = DIGIT_STEP * 1.25 * (1 + 0.3 * this.pop);
    const first = this.middle - ((this.count - 1) * step) / 2;
    for (let at = 0; at < this.count; at++) this.images[at]?.setPosition(first + at * step, this.y).setScale(scale);
  }

  private write(score: number): void {
    const digits = score < 0 ? "" : String(score);
    this.shown = score;
    this.count = digits.length;
    this.images.forEach((image, at) => {
      image.setVisible(at < digits.length);
      if (at < digits.length) image.setFrame(Number(digits[at]));
    });
  }
}

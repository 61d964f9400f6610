import type { GameObjects, Scene } from "phaser";
import type { Painted } from "./paintings";

const COUNT = 12;
const TICKS = 60;

interface Feather {
  image: GameObjects.Image;
  x: number;
  y: number;
  dx: number;
  dy: number;
  turn: number;
}

/** What flies about when the bird hits something. */
export class Feathers {
  private readonly feathers: Feather[] = [];
  private ticks = TICKS;

  constructor(scene: Scene) {
    for (let at = 0; at < COUNT; at++) {
      const image = scene.add.image(0, 0, "__WHITE").setVisible(false);
      this.feathers.push({ image, x: 0, y: 0, dx: 0, dy: 0, turn: 0 });
    }
  }

  dress(painted: Painted): void {
    for (const { image } of this.feathers) image.setTexture(painted.keys.feather).setScale(painted.scale);
  }

  burst(x: number, y: number): void {
    this.ticks = 0;
    this.feathers.forEach((feather, at) => {
      const angle = (at / COUNT) * Math.PI * 2 + Math.random() * 0.5;
      const speed = 1.6 + Math.random() * 2.4;
      feather.x = x;
      feather.y = y;
      feather.dx = Math.cos(angle) * speed - 0.6;
      feather.dy = Math.sin(angle) * speed - 1.4;
      feather.turn = (Math.random() - 0.5) * 0.3;
      feather.image.setVisible(true).setRotation(angle);
    });
  }

  step(): void {
    if (this.ticks >= TICKS) return;
    this.ticks += 1;
    for (const feather of this.feathers) {
      feather.dx *= 0.95;
      feather.dy = feather.dy * 0.95 + 0.05;
      feather.x += feather.dx;
      feather.y += feather.dy;
      feather.image.rotation += feather.turn;
      feather.image.setPosition(feather.x, feather.y).setAlpha(1 - (this.ticks / TICKS) ** 2);
      if (this.ticks === TICKS) feather.image.setVisible(false);
    }
  }
}

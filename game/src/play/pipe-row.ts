import type { GameObjects, Scene } from "phaser";
import { CONSTANTS } from "../flight/constants";
import type { State } from "../flight/state";
import { LIP_HEIGHT, LIP_WIDTH, PIPE_WIDTH } from "../look/pipe-drawing";
import type { Painted } from "./paintings";
import { MARGIN } from "./places";
import { SCREEN, type View } from "./view";

const { pixel, first_pipe, pipe_every, pipe_width } = CONSTANTS;
const OVER = (LIP_WIDTH - PIPE_WIDTH) / 2;

interface Pair {
  bodies: [GameObjects.Image, GameObjects.Image];
  lips: [GameObjects.Image, GameObjects.Image];
}

/** The pipes on the screen: as many pairs as it has room for, put where the level has its own. */
export class PipeRow {
  private readonly bodies: GameObjects.Layer;
  private readonly lips: GameObjects.Layer;
  private readonly pairs: Pair[] = [];
  private left = 0;
  private right = 0;
  private top = 0;

  constructor(private readonly scene: Scene) {
    this.bodies = scene.add.layer();
    this.lips = scene.add.layer();
  }

  dress(painted: Painted, view: View): void {
    this.left = view.left - LIP_WIDTH;
    this.right = view.left + view.width + LIP_WIDTH;
    this.top = view.top - MARGIN;
    const count = Math.ceil((this.right - this.left) / (pipe_every / pixel)) + 1;
    while (this.pairs.length < count) this.pairs.push(this.pair());
    for (const { bodies, lips } of this.pairs) {
      for (const body of bodies) body.setTexture(painted.keys.pipeBody).setOrigin(0, 0).setScale(painted.scale);
      for (const lip of lips) lip.setTexture(painted.keys.pipeLip).setOrigin(0, 0).setScale(painted.scale);
    }
  }

  /** The level as it is seen from `distance`, in 256ths of a pixel. */
  draw(state: State, distance: number, alpha: number): void {
    const edge = distance + this.left * pixel;
    let n = Math.max(Math.ceil((edge - first_pipe - pipe_width) / pipe_every), 0);
    for (const pair of this.pairs) {
      const pipe = state.pipe(n);
      const x = (pipe.left - distance) / pixel;
      if (x < this.right) this.place(pair, x, pipe.top / pixel, pipe.bottom / pixel, alpha);
      else this.place(pair, x, 0, 0, 0);
      n += 1;
    }
  }

  private place({ bodies, lips }: Pair, x: number, top: number, bottom: number, alpha: number): void {
    lips[0].setPosition(x - OVER, top - LIP_HEIGHT).setAlpha(alpha);
    lips[1].setPosition(x - OVER, bottom).setAlpha(alpha);
    stretch(bodies[0].setPosition(x, this.top).setAlpha(alpha), top - 4 - this.top);
    stretch(bodies[1].setPosition(x, bottom + 4).setAlpha(alpha), SCREEN.ground - bottom - 2);
  }

  private pair(): Pair {
    const { bodies, lips } = this;
    return { bodies: [this.image(bodies), this.image(bodies)], lips: [this.image(lips), this.image(lips)] };
  }

  private image(layer: GameObjects.Layer): GameObjects.Image {
    const image = this.scene.add.image(0, 0, "__WHITE");
    layer.add(image);
    return image;
  }
}

function stretch(body: GameObjects.Image, height: number): void {
  body.scaleY = height / body.frame.height;
}

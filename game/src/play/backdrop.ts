import type { GameObjects, Scene } from "phaser";
import { GROUND_HEIGHT } from "../look/land";
import { ROUND } from "../look/sky";
import type { Painted } from "./paintings";
import { earthPlace, MARGIN, STRIPS, skyPlace, sunPlace } from "./places";
import { SCREEN, type View } from "./view";

type Key = keyof Painted["keys"];
type Image = GameObjects.Image;

/** The sky and the land behind the pipes. */
export class Backdrop {
  private readonly sky: Image;
  private readonly sun: Image;
  private readonly strips: { strip: Strip; pace: number; drift: number }[] = [];

  constructor(private readonly scene: Scene) {
    this.sky = image(scene).setOrigin(0, 0);
    this.addStrip("stars");
    this.sun = image(scene);
    for (const key of ["farHills", "clouds", "nearHills", "bushes"] as const) this.addStrip(key);
  }

  dress(painted: Painted, view: View): void {
    for (const { strip } of this.strips) strip.dress(painted, view);
    put(this.sky.setTexture(painted.keys.sky), skyPlace(view));
    const { x, y } = sunPlace(view);
    this.sun.setTexture(painted.keys.sun).setScale(painted.scale).setPosition(x, y);
  }

  draw(scroll: number, secs: number): void {
    for (const { strip, pace, drift } of this.strips) strip.draw(scroll * pace + secs * drift);
  }

  private addStrip(key: keyof typeof STRIPS): void {
    const { above, pace, drift } = STRIPS[key];
    this.strips.push({ strip: new Strip(this.scene, key, SCREEN.ground - above), pace, drift });
  }
}

/** The ground on which runs end. It hides the pipes' lower ends. */
export class Ground {
  private readonly strip: Strip;
  private readonly earth: Image;

  constructor(scene: Scene) {
    this.strip = new Strip(scene, "ground", SCREEN.ground);
    this.earth = image(scene).setOrigin(0, 0);
  }

  dress(painted: Painted, view: View): void {
    this.strip.dress(painted, view);
    put(this.earth.setTexture(painted.keys.earth), earthPlace(view, SCREEN.ground + GROUND_HEIGHT));
  }

  draw(scroll: number): void {
    this.strip.draw(scroll);
  }
}

/** A drawing beside itself, as often as the screen is wide. */
class Strip {
  private readonly images: Image[] = [];
  private readonly layer: GameObjects.Layer;
  private left = 0;
  /** Where browsers blend edges that lie between two pixels, a strip lies on whole ones. */
  private whole = 0;

  constructor(
    private readonly scene: Scene,
    private readonly key: Key,
    private readonly top: number,
  ) {
    this.layer = scene.add.layer();
  }

  dress(painted: Painted, view: View): void {
    this.left = view.left - MARGIN;
    this.whole = "gl" in this.scene.renderer ? 0 : view.pixels;
    const count = Math.ceil((view.width + 2 * MARGIN) / ROUND) + 1;
    while (this.images.length < count) this.images.push(this.another());
    this.images.forEach((one, at) => {
      one.setTexture(painted.keys[this.key]).setOrigin(0, 0).setScale(painted.scale);
      one.setVisible(at < count && painted.there(this.key));
    });
  }

  draw(passed: number): void {
    const from = this.left - (passed - Math.floor(passed / ROUND) * ROUND);
    const first = this.whole === 0 ? from : Math.round(from * this.whole) / this.whole;
    for (let at = 0; at < this.images.length; at++) this.images[at]?.setPosition(first + at * ROUND, this.top);
  }

  private another(): Image {
    const more = image(this.scene);
    this.layer.add(more);
    return more;
  }
}

function image(scene: Scene): Image {
  return scene.add.image(0, 0, "__WHITE");
}

function put(image: Image, place: { x: number; y: number; width: number; height: number }): void {
  image.setPosition(place.x, place.y).setDisplaySize(place.width, place.height);
}

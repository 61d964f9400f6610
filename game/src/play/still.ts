import { BIRD, bird } from "../look/bird";
import { type Drawing, type Pen, penOf } from "../look/drawing";
import { bushes, earth, farHills, GROUND_HEIGHT, ground, nearHills } from "../look/land";
import { paletteOf } from "../look/palette";
import { clouds, ROUND, sky, stars, sun } from "../look/sky";
import { BIRD_PLACE, earthPlace, MARGIN, STRIPS, skyPlace, sunPlace } from "./places";
import type { Look } from "./play";
import { SCREEN, type View } from "./view";

/** The picture with which everything begins, drawn at once and without Phaser, which takes its time to come over the network. */
export function still(look: Look, view: View): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(view.width * view.pixels);
  canvas.height = Math.round(view.height * view.pixels);
  Object.assign(canvas.style, { position: "absolute", inset: "0", width: "100%", height: "100%" });
  const pen = penOf(canvas);
  pen.scale(view.pixels, view.pixels);
  pen.translate(-view.left, -view.top);
  paintWorld(pen, look, view);
  paintBird(pen);
  return canvas;
}

function paintWorld(pen: Pen, look: Look, view: View): void {
  const palette = paletteOf(look.theme);
  const strip = (drawing: Drawing, top: number) => {
    for (let x = view.left - MARGIN; x < view.left + view.width; x += ROUND) paintAt(pen, drawing, x, top);
  };
  stretch(pen, sky(palette), skyPlace(view));
  if (palette.stars) strip(stars(), SCREEN.ground - STRIPS.stars.above);
  const [shine, { x, y }] = [sun(palette), sunPlace(view)];
  paintAt(pen, shine, x - shine.width / 2, y - shine.height / 2);
  strip(farHills(palette), SCREEN.ground - STRIPS.farHills.above);
  strip(clouds(palette), SCREEN.ground - STRIPS.clouds.above);
  strip(nearHills(palette), SCREEN.ground - STRIPS.nearHills.above);
  strip(bushes(palette), SCREEN.ground - STRIPS.bushes.above);
  strip(ground(palette), SCREEN.ground);
  stretch(pen, earth(palette), earthPlace(view, SCREEN.ground + GROUND_HEIGHT));
}

function paintBird(pen: Pen): void {
  pen.save();
  pen.translate(BIRD_PLACE.x - bird.each / 2, BIRD_PLACE.y - bird.height / 2);
  pen.beginPath();
  pen.rect(0, 0, bird.each, bird.height);
  pen.clip();
  pen.translate(-BIRD.level * bird.each, 0);
  bird.paint(pen);
  pen.restore();
}

function paintAt(pen: Pen, drawing: Drawing, x: number, y: number): void {
  stretch(pen, drawing, { x, y, width: drawing.width, height: drawing.height });
}

function stretch(pen: Pen, drawing: Drawing, place: { x: number; y: number; width: number; height: number }): void {
  pen.save();
  pen.translate(place.x, place.y);
  pen.scale(place.width / drawing.width, place.height / drawing.height);
  drawing.paint(pen);
  pen.restore();
}

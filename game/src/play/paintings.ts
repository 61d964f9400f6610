import type { Textures } from "phaser";
import { bird, feather } from "../look/bird";
import { digits } from "../look/digits";
import { canvasOf, type Drawing } from "../look/drawing";
import { bushes, earth, farHills, ground, nearHills } from "../look/land";
import { type Palette, paletteOf } from "../look/palette";
import { pipeBody, pipeLip } from "../look/pipe-drawing";
import { finger, pause, ring } from "../look/signs";
import { clouds, ROUND, sky, stars, sun } from "../look/sky";
import type { Look } from "./play";

const OF_THEME = { sky, stars, sun, clouds, farHills, nearHills, bushes, ground, earth } satisfies Record<
  string,
  (palette: Palette) => Drawing
>;
const OF_PIPE = { pipeBody, pipeLip };
const ALWAYS = { bird, feather, digits, finger, ring, pause };

type Name = keyof typeof OF_THEME | keyof typeof OF_PIPE | keyof typeof ALWAYS;

/** The name of each drawing's texture, and what makes one of its pixels one of the game's. */
export interface Painted {
  keys: Record<Name, string>;
  scale: number;
  /** Stars are not, by day. */
  there(name: Name): boolean;
}

/** Paints as textures what is not there yet, for this look and so many pixels of the device for one of the game's. */
export function paint(manager: Textures.TextureManager, look: Look, pixels: number): Painted {
  const sharp = sharpness(pixels);
  const palette = paletteOf(look.theme);
  const keys: Partial<Record<Name, string>> = { stars: "__WHITE" };
  const add = (name: Name, of: string, drawing: Drawing) => {
    const key = `${name} ${of} ${sharp}`;
    keys[name] = key;
    if (!manager.exists(key)) addTexture(manager, key, drawing, sharp);
  };
  const there = (name: Name) => name !== "stars" || palette.stars;
  for (const [name, of] of entries(OF_THEME)) if (there(name)) add(name, look.theme, of(palette));
  for (const [name, of] of entries(OF_PIPE)) add(name, `${look.pipe.edge} ${look.pipe.body}`, of(look.pipe));
  for (const [name, drawing] of entries(ALWAYS)) add(name, "", drawing);
  return { keys: keys as Record<Name, string>, scale: 1 / sharp, there };
}

/** Textures that nothing shows any more. */
export function sweep(manager: Textures.TextureManager, painted: Painted): void {
  const used = new Set(Object.values(painted.keys));
  for (const key of manager.getTextureKeys()) if (!used.has(key)) manager.remove(key);
}

/** As many as there are, or a little more, so that what stands beside itself is a whole number of pixels wide and shows no seam. */
function sharpness(pixels: number): number {
  return Math.ceil(pixels * ROUND) / ROUND;
}

function addTexture(manager: Textures.TextureManager, key: string, drawing: Drawing, sharp: number): void {
  const canvas = canvasOf(drawing, sharp);
  const texture = manager.addCanvas(key, canvas);
  if (texture === null || !("each" in drawing)) return;
  const each = Number(drawing.each) * sharp;
  for (let at = 0; at * each < canvas.width - 1; at++) texture.add(at, 0, at * each, 0, each, canvas.height);
}

function entries<K extends string, V>(record: Record<K, V>): [K, V][] {
  return Object.entries(record) as [K, V][];
}

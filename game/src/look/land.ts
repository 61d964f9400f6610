import { type Drawing, disc, type Pen, shade, thrown } from "./drawing";
import type { Palette } from "./palette";
import { ROUND } from "./sky";

const TURN = (Math.PI * 2) / ROUND;

/** Hills that begin again after {@link ROUND}, so that they can stand beside themselves. */
export function farHills(palette: Palette): Drawing {
  const top = (x: number) => 62 - 30 * Math.sin(x * TURN * 2 + 0.6) - 22 * Math.sin(x * TURN * 3 + 2.1);
  return hills(160, top, palette.far);
}

export function nearHills(palette: Palette): Drawing {
  const top = (x: number) => 58 - 20 * Math.sin(x * TURN + 1) - 16 * Math.sin(x * TURN * 2 + 4);
  const land = hills(150, top, palette.near);
  return {
    ...land,
    paint(pen) {
      const random = thrown(5);
      for (let x = 14; x < ROUND - 10; x += 26 + random() * 46)
        tree(pen, palette, x, top(x) + 5, 0.75 + random() * 0.55);
      land.paint(pen);
    },
  };
}

function hills(height: number, top: (x: number) => number, colours: readonly string[]): Drawing {
  return {
    width: ROUND,
    height,
    paint(pen) {
      pen.beginPath();
      pen.moveTo(0, height);
      for (let x = 0; x <= ROUND; x += 4) pen.lineTo(x, top(x));
      pen.lineTo(ROUND, height);
      pen.closePath();
      pen.fillStyle = shade(pen, 0, height, colours);
      pen.fill();
    },
  };
}

function tree(pen: Pen, palette: Palette, x: number, y: number, size: number): void {
  const [leaves, trunk] = palette.trees;
  pen.fillStyle = trunk;
  pen.fillRect(x - 1.5 * size, y - 16 * size, 3 * size, 18 * size);
  pen.fillStyle = leaves;
  for (const [dx, dy, radius] of [
    [0, -24, 11],
    [-6, -17, 8],
    [6, -17, 8],
  ] as const) {
    disc(pen, x + dx * size, y + dy * size, radius * size);
    pen.fill();
  }
}

/** Bushes in front of the hills, right behind the ground. */
export function bushes(palette: Palette): Drawing {
  const [leaves, light] = palette.bushes;
  return {
    width: ROUND,
    height: 46,
    paint(pen) {
      const random = thrown(21);
      const each = ROUND / 16;
      for (let at = 0; at <= 16; at++) {
        const radius = at % 16 === 0 ? 20 : 15 + random() * 13;
        disc(pen, at * each, 46, radius);
        pen.fillStyle = leaves;
        pen.fill();
        disc(pen, at * each - radius * 0.25, 46 - radius * 0.25, radius * 0.55);
        pen.fillStyle = light;
        pen.fill();
      }
    },
  };
}

/** The first pixels of the ground, from where the bird falls on it: grass, and the soil's edge. */
export const GROUND_HEIGHT = 64;

export function ground(palette: Palette): Drawing {
  const [grass, shadow] = palette.grass;
  const [soil, stones] = palette.soil;
  return {
    width: ROUND,
    height: GROUND_HEIGHT,
    paint(pen) {
      pen.fillStyle = soil;
      pen.fillRect(0, 0, ROUND, GROUND_HEIGHT);
      pen.fillStyle = grass;
      pen.fillRect(0, 0, ROUND, 16);
      slanted(pen, shadow);
      pen.fillStyle = palette.line;
      pen.fillRect(0, 0, ROUND, 2);
      tufts(pen, grass, shadow);
      pebbles(pen, stones);
    },
  };
}

function slanted(pen: Pen, colour: string): void {
  pen.save();
  pen.beginPath();
  pen.rect(0, 2, ROUND, 14);
  pen.clip();
  pen.fillStyle = colour;
  for (let x = -24; x < ROUND; x += 24) {
    pen.beginPath();
    pen.moveTo(x + 12, 0);
    pen.lineTo(x + 24, 0);
    pen.lineTo(x + 15, 18);
    pen.lineTo(x + 3, 18);
    pen.fill();
  }
  pen.restore();
}

/** The grass hangs over the soil in rounds. */
function tufts(pen: Pen, grass: string, shadow: string): void {
  for (let x = 0; x <= ROUND; x += 12) {
    disc(pen, x, 15, 6.5);
    pen.fillStyle = shadow;
    pen.fill();
    disc(pen, x, 13.5, 6);
    pen.fillStyle = grass;
    pen.save();
    pen.beginPath();
    pen.rect(x - 7, 14, 14, 10);
    pen.clip();
    disc(pen, x, 13.5, 6);
    pen.fill();
    pen.restore();
  }
}

function pebbles(pen: Pen, colour: string): void {
  const random = thrown(3);
  pen.fillStyle = colour;
  for (let stone = 0; stone < 34; stone++) {
    const [x, y] = [8 + random() * (ROUND - 16), 28 + random() * 32];
    pen.beginPath();
    pen.roundRect(x, y, 5 + random() * 9, 3 + random() * 2, 2);
    pen.fill();
  }
}

/** What lies below the ground's first pixels, however high the screen is. */
export function earth(palette: Palette): Drawing {
  return {
    width: 2,
    height: 2,
    paint(pen) {
      pen.fillStyle = palette.soil[0];
      pen.fillRect(0, 0, 2, 2);
    },
  };
}

import { type Drawing, disc, oval, type Pen, shade, thrown } from "./drawing";
import type { Palette } from "./palette";

/** How wide everything in the background is before it comes again. */
export const ROUND = 480;

/** One column of the sky, from the top of the screen to the horizon: drawn as wide and high as it has to be. */
export function sky(palette: Palette): Drawing {
  return {
    width: 2,
    height: 320,
    paint(pen) {
      pen.fillStyle = shade(pen, 0, 320, palette.sky);
      pen.fillRect(0, 0, 2, 320);
    },
  };
}

export function sun(palette: Palette): Drawing {
  return {
    width: 160,
    height: 160,
    paint(pen) {
      const shine = pen.createRadialGradient(80, 80, 24, 80, 80, 80);
      const [middle, around] = palette.disc;
      shine.addColorStop(0, palette.stars ? "rgba(214, 208, 255, 0.35)" : "rgba(255, 244, 190, 0.75)");
      shine.addColorStop(1, around);
      pen.fillStyle = shine;
      pen.fillRect(0, 0, 160, 160);
      disc(pen, 80, 80, 27);
      pen.fillStyle = middle;
      pen.fill();
      if (palette.stars) craters(pen);
    },
  };
}

function craters(pen: Pen): void {
  pen.fillStyle = "rgba(120, 110, 160, 0.22)";
  for (const [x, y, radius] of [
    [72, 72, 6],
    [90, 84, 8],
    [74, 93, 4],
    [92, 66, 3],
  ] as const) {
    disc(pen, x, y, radius);
    pen.fill();
  }
}

/** Fewer and paler towards the horizon. */
export function stars(): Drawing {
  const height = 420;
  return {
    width: ROUND,
    height,
    paint(pen) {
      const random = thrown(11);
      for (let star = 0; star < 90; star++) {
        const [x, y] = [random() * ROUND, random() * height];
        pen.fillStyle = `rgba(255, 250, 235, ${(0.25 + random() * 0.7) * (1 - y / height)})`;
        disc(pen, x, y, 0.5 + random() * 1.1);
        pen.fill();
      }
    },
  };
}

export function clouds(palette: Palette): Drawing {
  return {
    width: ROUND,
    height: 150,
    paint(pen) {
      cloud(pen, palette, 70, 44, 1);
      cloud(pen, palette, 235, 112, 0.72);
      cloud(pen, palette, 385, 62, 1.2);
    },
  };
}

function cloud(pen: Pen, palette: Palette, x: number, y: number, size: number): void {
  const puffs = [
    [-34, 4, 15],
    [-16, -6, 20],
    [9, -12, 24],
    [34, 1, 17],
  ] as const;
  pen.save();
  pen.translate(x, y);
  pen.scale(size, size);
  for (const [lower, colour] of [
    [4, palette.cloudShade],
    [0, palette.cloud],
  ] as const) {
    pen.fillStyle = colour;
    for (const [px, py, radius] of puffs) {
      disc(pen, px, py + lower, radius);
      pen.fill();
    }
    oval(pen, 0, 9 + lower, 50, 10);
    pen.fill();
  }
  pen.restore();
}

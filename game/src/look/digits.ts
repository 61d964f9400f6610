import { type Drawing, row } from "./drawing";

/** Our own digits, as strokes on a field 20 wide and 30 high. */
const STROKES = [
  "M10 3C4 3 3 9 3 15S4 27 10 27s7-6 7-12S16 3 10 3Z",
  "M5 8 11 3v24",
  "M3.5 9C4 1 17 1 16.5 9.5 16 15 6 20 3.5 27H17",
  "M4 5C9 1 16.5 3 16 9c-.3 4-4 5.5-7 5.5 4 0 8 2.5 8 6.500C17 28 7 29 3 24.5",
  "M13 27V3L3 19.500H17.5",
  "M16 3H5.500L4.5 13.500C9 10.5 17 12 17 19.5 17 28 7 29 3 24.5",
  "M15 4C8 4 3 11 3 19c0 11 14 11 14 .5C17 11 6 10.5 3.3 18",
  "M3 3H17C12 10 9 18 8.5 27",
  "M10 14C3 13 3 3 10 3s7 10 0 11C1.5 15.5 1.5 27 10 27s8.5-11.5 0-13Z",
  "M5 26c7 0 12-7 12-15C17 0 3 0 3 10.500c0 8.5 11 9 13.7 1.5",
] as const;

const WIDTH = 32;
const HEIGHT = 44;
/** From one digit's left edge to the next one's; outlines run into each other. */
export const DIGIT_STEP = 23.5;

export const digits = row(STROKES.map(digit));

function digit(stroke: string): Drawing {
  return {
    width: WIDTH,
    height: HEIGHT,
    paint(pen) {
      const path = new Path2D(stroke);
      pen.translate(6, 6);
      pen.lineCap = "round";
      pen.lineJoin = "round";
      for (const [width, colour, lower] of [
        [11, "rgba(24, 32, 56, 0.28)", 2.5],
        [10.5, "#2b3354", 0],
        [5.5, "#ffffff", 0],
      ] as const) {
        pen.save();
        pen.translate(0, lower);
        pen.lineWidth = width;
        pen.strokeStyle = colour;
        pen.stroke(path);
        pen.restore();
      }
    },
  };
}

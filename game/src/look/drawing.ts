/** Something drawn once at the start and used as a picture ever after. Lengths are pixels of the game's screen, 360 wide and 640 high. */
export interface Drawing {
  width: number;
  height: number;
  paint(pen: Pen): void;
}

export type Pen = CanvasRenderingContext2D;

/** The drawing with so many pixels of the device for each of its own, rounded so that it fills the last of them. */
export function canvasOf(drawing: Drawing, pixels: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.ceil(drawing.width * pixels));
  canvas.height = Math.max(1, Math.ceil(drawing.height * pixels));
  const pen = penOf(canvas);
  pen.scale(canvas.width / drawing.width, canvas.height / drawing.height);
  drawing.paint(pen);
  return canvas;
}

/** Drawings beside each other, each one as wide and high as the first. */
export function row(drawings: readonly Drawing[]): Drawing & { each: number } {
  const each = drawings[0]?.width ?? 0;
  return {
    each,
    width: each * drawings.length,
    height: drawings[0]?.height ?? 0,
    paint(pen) {
      drawings.forEach((drawing, at) => {
        pen.save();
        pen.translate(at * each, 0);
        drawing.paint(pen);
        pen.restore();
      });
    },
  };
}

/** What is drawn here is read once more, by whatever shows it: kept in memory, it does not have to come back from the graphics card. */
export function penOf(canvas: HTMLCanvasElement): Pen {
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (pen === null) throw new Error("this browser has no 2D canvas");
  return pen;
}

export function disc(pen: Pen, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, Math.PI * 2);
}

export function oval(pen: Pen, x: number, y: number, rx: number, ry: number, turned = 0): void {
  pen.beginPath();
  pen.ellipse(x, y, rx, ry, turned, 0, Math.PI * 2);
}

/** From above to below, or from left to right when `across`. */
export function shade(pen: Pen, from: number, to: number, colours: readonly string[], across = false): CanvasGradient {
  const gradient = across ? pen.createLinearGradient(from, 0, to, 0) : pen.createLinearGradient(0, from, 0, to);
  colours.forEach((colour, at) => {
    gradient.addColorStop(at / (colours.length - 1), colour);
  });
  return gradient;
}

/** Places that look thrown, and are the same every time. */
export function thrown(seed: number): () => number {
  let at = seed;
  return () => {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    return (at >>> 8) / 0x1000000;
  };
}

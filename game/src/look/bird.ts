import { type Drawing, disc, oval, type Pen, row, shade } from "./drawing";

/** The frames of the bird: three places of the wing, closed eyes, and how it looks when it has hit something. */
export const BIRD = { up: 0, level: 1, down: 2, blink: 3, hit: 4 } as const;

const LINE = "#4b2320";
const WIDTH = 52;
const HEIGHT = 44;

/** A small round bird that looks to the right; its middle is the middle of the drawing. */
export const bird = row([
  frame("up", open),
  frame("level", open),
  frame("down", open),
  frame("level", closed),
  frame("up", dizzy),
]);

function frame(wing: keyof typeof WINGS, eye: (pen: Pen) => void): Drawing {
  return {
    width: WIDTH,
    height: HEIGHT,
    paint(pen) {
      pen.translate(WIDTH / 2, HEIGHT / 2);
      pen.lineWidth = 1.8;
      pen.lineJoin = "round";
      pen.lineCap = "round";
      pen.strokeStyle = LINE;
      tail(pen);
      tuft(pen);
      body(pen);
      eye(pen);
      beak(pen);
      WINGS[wing](pen);
    },
  };
}

function tail(pen: Pen): void {
  for (const turned of [0.5, 0.05]) {
    oval(pen, -16.5, 1 - turned * 7, 6.5, 3.2, turned);
    pen.fillStyle = "#c9432c";
    pen.fill();
    pen.stroke();
  }
}

function tuft(pen: Pen): void {
  pen.beginPath();
  pen.moveTo(-1, -12);
  pen.quadraticCurveTo(-5, -18.5, -8.5, -17.5);
  pen.moveTo(1, -12.5);
  pen.quadraticCurveTo(0.5, -18, -2.5, -19.5);
  pen.save();
  pen.lineWidth = 2.6;
  pen.stroke();
  pen.restore();
}

function body(pen: Pen): void {
  oval(pen, 0, 0, 16, 13.8);
  pen.fillStyle = shade(pen, -14, 14, ["#ffb55a", "#fb8a3c", "#ea5f32"]);
  pen.fill();
  pen.save();
  pen.clip();
  oval(pen, 5.5, 9.5, 12.5, 9);
  pen.fillStyle = "#fff0d2";
  pen.fill();
  oval(pen, -3, -9.5, 8, 2.6, -0.35);
  pen.fillStyle = "rgba(255, 255, 255, 0.35)";
  pen.fill();
  pen.restore();
  oval(pen, 0, 0, 16, 13.8);
  pen.stroke();
  oval(pen, 4, 4, 2.8, 1.9);
  pen.fillStyle = "rgba(244, 104, 104, 0.6)";
  pen.fill();
}

function open(pen: Pen): void {
  disc(pen, 8.2, -3.6, 5.1);
  pen.fillStyle = "#ffffff";
  pen.fill();
  pen.save();
  pen.lineWidth = 1.4;
  pen.stroke();
  pen.restore();
  disc(pen, 9.7, -3.3, 2.7);
  pen.fillStyle = "#2a1616";
  pen.fill();
  disc(pen, 10.7, -4.5, 1);
  pen.fillStyle = "#ffffff";
  pen.fill();
}

function closed(pen: Pen): void {
  pen.beginPath();
  pen.arc(8.4, -4.2, 4, 0.25, Math.PI - 0.25);
  pen.stroke();
}

function dizzy(pen: Pen): void {
  disc(pen, 8.2, -3.6, 5.1);
  pen.fillStyle = "#ffffff";
  pen.fill();
  pen.stroke();
  pen.beginPath();
  pen.moveTo(6, -5.8);
  pen.lineTo(10.6, -1.4);
  pen.moveTo(10.6, -5.8);
  pen.lineTo(6, -1.4);
  pen.stroke();
}

function beak(pen: Pen): void {
  pen.beginPath();
  pen.moveTo(14.2, -2);
  pen.quadraticCurveTo(21.5, -2.2, 23, 1.4);
  pen.quadraticCurveTo(20, 5.6, 13.4, 4.6);
  pen.closePath();
  pen.fillStyle = shade(pen, -2, 5, ["#ffd95c", "#f3a51f"]);
  pen.fill();
  pen.stroke();
  pen.beginPath();
  pen.moveTo(14, 1.6);
  pen.lineTo(22, 1.5);
  pen.save();
  pen.lineWidth = 1.1;
  pen.stroke();
  pen.restore();
}

const WINGS = {
  up: (pen: Pen) => wing(pen, -6.5, -6, 9, 5.4, 0.85),
  level: (pen: Pen) => wing(pen, -8, 2, 9.2, 5.6, -0.12),
  down: (pen: Pen) => wing(pen, -6, 8.5, 8.8, 5.2, -0.9),
};

function wing(pen: Pen, x: number, y: number, rx: number, ry: number, turned: number): void {
  oval(pen, x, y, rx, ry, turned);
  pen.fillStyle = "#d9492f";
  pen.fill();
  pen.stroke();
  pen.save();
  pen.translate(x, y);
  pen.rotate(turned);
  pen.strokeStyle = "#ff9c78";
  pen.lineWidth = 1.3;
  pen.beginPath();
  for (const at of [-1.6, 1.4]) {
    pen.moveTo(-rx + 3.4, at);
    pen.lineTo(-1, at * 0.8);
  }
  pen.stroke();
  pen.restore();
}

export const feather: Drawing = {
  width: 14,
  height: 8,
  paint(pen) {
    oval(pen, 7, 4, 6, 2.8);
    pen.fillStyle = "#ff9a55";
    pen.fill();
    pen.strokeStyle = LINE;
    pen.lineWidth = 1;
    pen.stroke();
    pen.beginPath();
    pen.moveTo(1.5, 4);
    pen.lineTo(10.5, 4);
    pen.stroke();
  },
};

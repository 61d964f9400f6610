import type { Drawing, Pen } from "./drawing";

const LINE = "#2b3354";

/** A finger that taps: the bird waits for it. */
export const finger: Drawing = {
  width: 48,
  height: 56,
  paint(pen) {
    pen.lineWidth = 2.4;
    pen.lineJoin = "round";
    pen.strokeStyle = LINE;
    pen.fillStyle = "#ffffff";
    hand(pen);
    pen.fill();
    pen.stroke();
  },
};

function hand(pen: Pen): void {
  pen.beginPath();
  pen.moveTo(18, 30);
  pen.lineTo(18, 9);
  pen.arc(23, 9, 5, Math.PI, 0);
  pen.lineTo(28, 24);
  pen.lineTo(37, 27);
  pen.quadraticCurveTo(42, 29, 41, 35);
  pen.lineTo(39, 46);
  pen.quadraticCurveTo(38, 52, 32, 52);
  pen.lineTo(23, 52);
  pen.quadraticCurveTo(19, 52, 16.5, 48);
  pen.lineTo(8.5, 36);
  pen.quadraticCurveTo(6, 31, 11, 30);
  pen.quadraticCurveTo(14, 30, 18, 35);
  pen.closePath();
}

export const ring: Drawing = {
  width: 44,
  height: 44,
  paint(pen) {
    pen.lineWidth = 2.6;
    pen.strokeStyle = "#ffffff";
    pen.beginPath();
    pen.arc(22, 22, 19, 0, Math.PI * 2);
    pen.stroke();
  },
};

/** Two bars: the run stands still. */
export const pause: Drawing = {
  width: 32,
  height: 34,
  paint(pen) {
    pen.lineWidth = 2.4;
    pen.strokeStyle = LINE;
    pen.fillStyle = "#ffffff";
    for (const x of [4, 19]) {
      pen.beginPath();
      pen.roundRect(x, 3, 9, 28, 3.5);
      pen.fill();
      pen.stroke();
    }
  },
};

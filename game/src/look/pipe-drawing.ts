import type { Drawing, Pen } from "./drawing";
import type { PipeLook } from "./pipes";

/** As wide as what the bird hits. */
export const PIPE_WIDTH = 64;
/** The lip looks out a little on both sides, where nothing is hit: who comes so near was lucky. */
export const LIP_WIDTH = 70;
export const LIP_HEIGHT = 26;

/** A slice of the pipe, drawn as high as it has to be. */
export function pipeBody(look: PipeLook): Drawing {
  return {
    width: PIPE_WIDTH,
    height: 4,
    paint(pen) {
      pen.fillStyle = look.edge;
      pen.fillRect(0, 0, PIPE_WIDTH, 4);
      barrel(pen, look, 2.5, 0, PIPE_WIDTH - 5, 4);
    },
  };
}

export function pipeLip(look: PipeLook): Drawing {
  return {
    width: LIP_WIDTH,
    height: LIP_HEIGHT,
    paint(pen) {
      pen.beginPath();
      pen.roundRect(0, 0, LIP_WIDTH, LIP_HEIGHT, 6);
      pen.fillStyle = look.edge;
      pen.fill();
      pen.beginPath();
      pen.roundRect(2.5, 2.5, LIP_WIDTH - 5, LIP_HEIGHT - 5, 4);
      pen.clip();
      barrel(pen, look, 2.5, 2.5, LIP_WIDTH - 5, LIP_HEIGHT - 5);
      pen.fillStyle = "rgba(255, 255, 255, 0.28)";
      pen.fillRect(2.5, 2.5, LIP_WIDTH - 5, 3);
    },
  };
}

/** Round by its light: a bright band on the left, a shadow on the right. */
function barrel(pen: Pen, look: PipeLook, x: number, y: number, width: number, height: number): void {
  const round = pen.createLinearGradient(x, 0, x + width, 0);
  round.addColorStop(0, look.body);
  round.addColorStop(0.2, look.light);
  round.addColorStop(0.32, look.light);
  round.addColorStop(0.5, look.body);
  round.addColorStop(0.78, look.body);
  round.addColorStop(1, look.edge);
  pen.fillStyle = round;
  pen.fillRect(x, y, width, height);
}

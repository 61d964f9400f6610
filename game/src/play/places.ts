import { CONSTANTS } from "../flight/constants";
import { SCREEN, type View } from "./view";

/**
 * The strips of the background: how high each one's upper edge is above the ground, how much of the bird's way it goes, and how many pixels a second it
 * goes by itself.
 */
export const STRIPS = {
  stars: { above: 520, pace: 0, drift: 0 },
  farHills: { above: 158, pace: 0.08, drift: 0 },
  clouds: { above: 400, pace: 0.04, drift: 3.5 },
  nearHills: { above: 118, pace: 0.22, drift: 0 },
  bushes: { above: 44, pace: 0.5, drift: 0 },
} as const;

/** So much of everything is outside of what is seen, for when the picture shakes. */
export const MARGIN = 20;

export const BIRD_PLACE = { x: CONSTANTS.bird_x / CONSTANTS.pixel, y: CONSTANTS.start_y / CONSTANTS.pixel };

/** The middle of sun or moon. */
export function sunPlace(view: View): { x: number; y: number } {
  return { x: view.left + view.width * 0.76, y: Math.max(view.top + view.height * 0.2, view.top + 90) };
}

/** From the top of what is seen to the horizon. */
export function skyPlace(view: View) {
  const [x, y] = [view.left - MARGIN, view.top - MARGIN];
  return { x, y, width: view.width + 2 * MARGIN, height: SCREEN.ground - y };
}

/** What is below the drawing of the ground. */
export function earthPlace(view: View, top: number) {
  const height = Math.max(view.top + view.height - top, 0) + MARGIN;
  return { x: view.left - MARGIN, y: top - 0.5, width: view.width + 2 * MARGIN, height };
}

import { expect, test } from "vitest";
import { SCREEN, viewOf } from "../../src/play/view";

const PLACES = [
  [360, 640, 1],
  [390, 844, 3],
  [320, 480, 2],
  [1280, 800, 1],
  [844, 390, 3],
  [412, 915, 2.625],
] as const;

test("all of the simulation's screen is seen, and there are no bars", () => {
  for (const [width, height, devicePixelRatio] of PLACES) {
    const view = viewOf({ width, height, devicePixelRatio });
    expect(view.left).toBeLessThanOrEqual(1e-9);
    expect(view.top).toBeLessThanOrEqual(1e-9);
    expect(view.left + view.width).toBeGreaterThanOrEqual(SCREEN.width - 1e-9);
    expect(view.top + view.height).toBeGreaterThanOrEqual(SCREEN.height - 1e-9);
    expect(view.width * view.pixels).toBeCloseTo(width * devicePixelRatio);
    expect(view.height * view.pixels).toBeCloseTo(height * devicePixelRatio);
  }
});

test("a tall phone has more sky and more earth", () => {
  const view = viewOf({ width: 360, height: 780, devicePixelRatio: 2 });
  expect(view).toMatchObject({ left: 0, top: -70, width: 360, height: 780, pixels: 2 });
});

test("more than three pixels for one are not drawn, and a place without size has a view", () => {
  expect(viewOf({ width: 360, height: 640, devicePixelRatio: 4 }).pixels).toBe(3);
  expect(viewOf({ width: 0, height: 0, devicePixelRatio: 1 }).pixels).toBeGreaterThan(0);
});

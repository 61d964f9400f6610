import { expect, test } from "vitest";
import { StepClock } from "../../src/play/step-clock";

/** All steps of pictures that come at these times. */
function steps(times: number[]) {
  const clock = new StepClock();
  return times.map((time) => clock.due(time));
}

function pictures(hertz: number, secs: number): number[] {
  return Array.from({ length: hertz * secs + 1 }, (_, at) => 5_000 + (at * 1_000) / hertz);
}

test("sixty steps a second, whatever the display shows", () => {
  for (const hertz of [24, 30, 50, 60, 75, 90, 120, 144, 240]) {
    const due = steps(pictures(hertz, 10)).reduce<number>((sum, due) => sum + Number(due), 0);
    expect(Math.abs(due - 600), `${hertz} Hz`).toBeLessThanOrEqual(1);
  }
});

test("at sixty pictures a second each one has its step, although clocks are rounded", () => {
  const times = pictures(60, 10).map((time) => Math.round(time));
  expect(new Set(steps(times).slice(1))).toEqual(new Set([1]));
});

test("a slow picture makes the game slow, not jumpy; a long one stops it", () => {
  expect(steps([0, 500])).toEqual([0, 6]);
  expect(steps([0, 500, 516.67])).toEqual([0, 6, 1]);
  expect(steps([0, 60_000, 60_017])).toEqual([0, "gap", 1]);
  expect(steps([100, 90])).toEqual([0, 0]);
});

test("between two steps the picture is between them as well", () => {
  const clock = new StepClock();
  clock.due(0);
  clock.due(25);
  expect(clock.between).toBeCloseTo(0.5);
  clock.due(29);
  expect(clock.between).toBeCloseTo(0.74);
});

import { expect, test } from "vitest";
import { CONSTANTS } from "../../src/flight/constants";
import { flapsNow } from "../../src/flight/pilot";
import { replay } from "../../src/flight/replay";
import { Course } from "../../src/play/course";
import { flapsIdly } from "../../src/play/idle-pilot";
import type { FlownRun } from "../../src/play/play";

function flown(stepped: (course: Course) => void = () => undefined) {
  const told: string[] = [];
  const runs: FlownRun[] = [];
  const course: Course = new Course(
    {
      began: () => told.push("began"),
      flapped: () => undefined,
      scored: (score) => told.push(`scored ${score}`),
      hit: (ended) => told.push(`hit ${ended}`),
      ended(run) {
        told.push("ended");
        runs.push(run);
      },
      steps: () => stepped(course),
    },
    () => 0.25,
  );
  return { course, told, runs };
}

function steps(course: Course, count: number) {
  for (let step = 0; step < count; step++) course.step();
}

test("the bird hovers until the first flap, and that flap is the first of the run", () => {
  const { course, told, runs } = flown();
  course.ready(5);
  steps(course, 500);
  expect([told, course.state.tick]).toEqual([[], 0]);
  course.flap();
  steps(course, 300);
  expect(told).toEqual(["began", "hit ground", "ended"]);
  expect(runs[0]?.flaps).toEqual([0]);
});

test("a run that was flown here is worth on the server what was shown here", () => {
  const { course, told, runs } = flown((course) => {
    if (course.state.score < 7 && flapsNow(course.state)) course.flap();
  });
  course.ready(0xdeadbeef);
  course.flap();
  steps(course, 2_000);
  const [run] = runs;
  expect(run?.score).toBe(7);
  expect(replay(0xdeadbeef, run?.flaps ?? [])).toMatchObject({ score: 7, ticks: run?.ticks });
  expect(told).toEqual([
    "began",
    ...[1, 2, 3, 4, 5, 6, 7].map((score) => `scored ${score}`),
    expect.any(String),
    "ended",
  ]);
});

test("two taps within one step are one flap, and one after the end is none", () => {
  const { course, runs } = flown();
  course.ready(5);
  course.flap();
  course.flap();
  course.step();
  course.flap();
  course.flap();
  while (course.phase === "flying") course.step();
  course.flap();
  steps(course, 200);
  course.flap();
  expect([course.phase, runs[0]?.flaps]).toEqual(["over", [0, 1]]);
});

test("a run that nobody sees waits for a flap", () => {
  const { course } = flown();
  course.ready(5);
  course.flap();
  steps(course, 10);
  course.wait();
  const { y } = course;
  steps(course, 1_000);
  expect([course.phase, course.state.tick, course.y]).toEqual(["waiting", 10, y]);
  course.flap();
  course.step();
  expect([course.phase, course.state.tick, course.state.velocity]).toEqual(["flying", 11, CONSTANTS.flap]);
});

test("only a run that is flown can wait", () => {
  const { course } = flown();
  course.ready(5);
  course.wait();
  expect(course.phase).toBe("ready");
});

test("after the end the bird falls to the ground, and the end is told when it lies there", () => {
  const { course, told } = flown((course) => {
    if (course.state.tick < 130 && flapsNow(course.state)) course.flap();
  });
  course.ready(1);
  course.flap();
  while (course.phase === "flying") course.step();
  expect(told.at(-1)).toBe("hit pipe");
  steps(course, 120);
  expect([told.at(-1), course.y]).toEqual(["ended", CONSTANTS.ground - CONSTANTS.bird_half_height]);
});

test("behind the menus the bird flies on for minutes, and nobody hears of it", () => {
  const { course, told } = flown();
  course.idle();
  steps(course, 10_000);
  expect([told, course.phase]).toEqual([[], "idle"]);
});

test("the calm pilot comes through thirty pipes of nearly every level", () => {
  let through = 0;
  for (let level = 0; level < 100; level++) {
    const { course } = flown((course) => {
      if (flapsIdly(course.state)) course.flap();
    });
    course.ready(Math.imul(level, 2_654_435_761) >>> 0);
    course.flap();
    while (course.phase === "flying" && course.state.score < 30) course.step();
    if (course.state.score === 30) through += 1;
  }
  expect(through).toBeGreaterThanOrEqual(90);
});

test("what is drawn moves without jumps from one level to the next", () => {
  const { course } = flown();
  course.idle();
  steps(course, 300);
  const { y } = course;
  course.ready(9);
  expect(course.y).toBe(y);
  let before = y;
  for (let step = 0; step < 200; step++) {
    course.step();
    expect(Math.abs(course.y - before)).toBeLessThan(30 * CONSTANTS.pixel);
    before = course.y;
  }
});

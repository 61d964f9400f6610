import { expect, test } from "vitest";
import { CONSTANTS } from "../../src/flight/constants";
import { flapsNow } from "../../src/flight/pilot";
import { type FlapsError, replay } from "../../src/flight/replay";
import { State } from "../../src/flight/state";

test("a bird that nobody moves falls to the ground", () => {
  expect(replay(1, [])).toMatchObject({ score: 0, ended: "ground", ticks: 44 });
});

test("what no game recorded is refused", () => {
  const check = (flaps: number[], expected: FlapsError) => expect(replay(1, flaps)).toEqual(expected);
  check([5, 3], { why: "out-of-order", nth: 1 });
  check([0, 3, 3], { why: "out-of-order", nth: 2 });
  check([44], { why: "after-the-end", flap: 44, ended: 44 });
  check(
    Array.from({ length: 20_001 }, () => 0),
    { why: "too-many", most: 20_000 },
  );
  expect(replay(1, [43])).toMatchObject({ ended: "ground" });
});

test("a run that was played step by step is what its flaps come to", () => {
  const random = numbers(7);
  for (let run = 0; run < 500; run++) {
    const state = new State(random());
    const careless = random() % 40;
    const flaps: number[] = [];
    while (state.ended === null) {
      const flap = state.tick < 2_000 && (flapsNow(state) || random() % 100 < careless);
      if (flap) flaps.push(state.tick);
      state.step(flap);
    }
    const { score, tick: ticks, ended, y, distance } = state;
    expect(replay(state.seed, flaps)).toEqual({ score, ticks, ended, y, distance });
  }
});

test("whatever the flaps, the bird stays between sky and ground, and all numbers are whole", () => {
  const random = numbers(8);
  for (let run = 0; run < 300; run++) {
    const state = new State(random());
    const often = random() % 60;
    while (state.ended === null) {
      state.step(random() % 100 < often);
      expect([state.y, state.velocity, state.distance].every(Number.isInteger)).toBe(true);
      expect(state.y).toBeGreaterThanOrEqual(CONSTANTS.bird_half_height);
      expect(state.y).toBeLessThan(CONSTANTS.ground + CONSTANTS.fall_most);
    }
    expect(state.step(true)).toBe(state.ended);
  }
});

test("the screen shows the pipe that comes, and pipes come with gaps that can be reached", () => {
  const state = new State(3);
  while (state.ended === null && state.score < 100) {
    const next = state.nextPipe();
    expect(state.pipes().includes(next)).toBe(next.left - state.distance < CONSTANTS.width);
    state.step(flapsNow(state));
  }
  expect(state.score).toBe(100);
  for (let n = 1; n < 100; n++) {
    const [before, after] = [state.pipe(n - 1), state.pipe(n)];
    expect(after.bottom - after.top).toBeGreaterThanOrEqual(CONSTANTS.gap_least);
    expect(Math.abs(after.top + after.bottom - before.top - before.bottom) / 2).toBeLessThanOrEqual(
      CONSTANTS.centre_reach,
    );
  }
});

/** Numbers for tests that are the same in every run of them. */
function numbers(from: number): () => number {
  let at = from;
  return () => {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    return at >>> 8;
  };
}

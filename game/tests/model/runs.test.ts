// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepOf } from "../../src/model/keep";
import * as words from "../../src/words/news";
import { passes, problem, World } from "./world";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  localStorage.clear();
});

test("a run is flown, handed in with its flaps, and counted", async () => {
  const world = await new World().begin();
  const { model, made } = world;
  const given = await model.actions.run();
  expect(model.flight.value).toBe("ready");
  made.flights.began();
  expect(model.flight.value).toBe("flying");
  model.actions.flown({ score: 12, ticks: 600, flaps: [1, 20] });
  expect([model.screen.value, model.flight.value]).toEqual(["over", "ended"]);
  expect(model.last.value).toEqual({ score: 12, best: true, report: { is: "sending" } });
  await passes(10);
  expect(model.last.value?.report).toMatchObject({ is: "taken", played: { score: 12, tokens: "1.00" } });
  expect(world.server.bodies("played")).toEqual([{ run: `run-${given.seed}`, score: 12, flaps: [1, 20] }]);
  expect(model.unreported.value).toBe(0);
  const { headers } = world.server.asked[0] ?? {};
  expect(headers?.get("Authorization")).toBe("tma user=%7B%22id%22%3A7%7D&hash=00");
});

test("only what beats the best is a new best", async () => {
  const world = await new World().begin();
  for (const [score, best] of [
    [5, true],
    [5, false],
    [0, false],
    [6, true],
  ] as const) {
    await world.flies(score);
    expect(world.model.last.value?.best, `${score}`).toBe(best);
  }
});

test("without a network the runs of the stock are flown, kept, and handed in when there is one", async () => {
  const world = await new World().begin();
  world.server.online = false;
  const before = world.server.count("run");
  expect(before).toBe(3);
  for (const score of [1, 2, 3]) {
    await world.flies(score);
    await passes(5);
    expect(world.model.last.value?.report).toEqual({ is: "later" });
  }
  await expect(world.model.actions.run()).rejects.toThrow(words.NO_RUN.lost);
  expect(world.model.unreported.value).toBe(3);
  expect(world.model.online.value).toBe(false);
  expect(world.surroundings.confirmClosing).toHaveBeenLastCalledWith(true);

  world.server.online = true;
  window.dispatchEvent(new Event("online"));
  await passes(100);
  expect(world.model.unreported.value).toBe(0);
  expect(world.model.last.value?.report.is).toBe("taken");
  expect(world.texts()).toContain("A run of before counts now. Score: 1, tokens: 1.00.");
  expect(world.surroundings.confirmClosing).toHaveBeenLastCalledWith(false);
});

test("a flown run survives that the game is closed, and a lost answer", async () => {
  const world = await new World().begin();
  const taken: string[] = [];
  const answer = world.server.answers.get("played");
  world.server.answers.set("played", (body: never) => {
    taken.push((body as { run: string }).run);
    throw new TypeError("the answer was lost");
  });
  await world.flies(4);
  await passes(5_000);
  expect(taken.length).toBeGreaterThan(1);
  expect(new Set(taken).size).toBe(1);

  // The game is closed, and opened again.
  vi.clearAllTimers();
  if (answer) world.server.answers.set("played", answer);
  world.keep = keepOf(world.user);
  world.open();
  expect(world.model.unreported.value).toBe(1);
  await world.begin();
  expect(world.model.unreported.value).toBe(0);
  expect(world.texts()).toEqual(["A run of before counts now. Score: 4, tokens: 1.00."]);
});

test("a run of somebody else on this phone is left alone", async () => {
  const world = await new World().begin();
  world.server.online = false;
  await world.flies(4);
  vi.clearAllTimers();
  world.keep = keepOf("somebody else");
  world.open();
  expect(world.model.unreported.value).toBe(0);
});

test("it is handed in with growing waits, as long as the server asks, and at once by hand", async () => {
  const world = await new World().begin();
  world.server.answers.set("played", () => problem(503, "unavailable", {}, { "Retry-After": "30" }));
  await world.flies(4);
  await passes(100);
  expect(world.server.count("played")).toBe(1);
  await passes(29_000);
  expect(world.server.count("played")).toBe(1);
  await passes(1_000);
  expect(world.server.count("played")).toBe(2);
  world.model.actions.again();
  await passes(10);
  expect(world.server.count("played")).toBe(3);

  world.server.answers.set("played", () => problem(500, "failed"));
  world.model.actions.again();
  await passes(10);
  expect(world.server.count("played")).toBe(4);
  for (const [ms, count] of [
    [2_000, 5],
    [4_000, 6],
    [8_000, 7],
  ] as const) {
    await passes(ms - 1_000);
    expect(world.server.count("played"), `${ms}`).toBeLessThanOrEqual(count);
    await passes(1_000);
  }
});

test("what is refused for good is dropped with its reason, and what is refused for now stays", async () => {
  const check = async (answer: Response, kept: boolean, why: string | null) => {
    localStorage.clear();
    const world = await new World().begin();
    world.server.answers.set("played", () => answer.clone());
    await world.flies(4);
    await passes(10);
    const { report } = world.model.last.value ?? {};
    expect(report?.is === "refused" ? report.why : null).toBe(why);
    expect(world.model.unreported.value).toBe(kept ? 1 : 0);
    vi.clearAllTimers();
  };
  const follow = "The server could not follow the run, so it does not count. If this happens again, reload the game.";
  await check(problem(422, "score-unproved"), false, follow);
  await check(problem(422, "run-expired"), false, "The run was too old to count: it was started too long ago.");
  await check(problem(409, "supply-cap"), false, "The server says supply-cap.");
  await check(problem(422, "run-too-fast", { wait_secs: 3 }), true, null);
  await check(problem(429, "rate-limited", {}, { "Retry-After": "3" }), true, null);
  await check(problem(425, "too-early"), true, null);
  await check(problem(507, "disk-full"), true, null);
  await check(problem(409, "currency-frozen"), true, null);
  await check(problem(401, "init-data", { reason: "stale" }), true, null);
  await check(new Response("<h1>502</h1>", { status: 502 }), true, null);
});

test("a run that was too fast is handed in again after the wait that it says", async () => {
  const world = await new World().begin();
  const answer = world.server.answers.get("played");
  world.server.answers.set("played", () => problem(422, "run-too-fast", { wait_secs: 3 }));
  await world.flies(4);
  await passes(10);
  if (answer) world.server.answers.set("played", answer);
  await passes(2_900);
  expect(world.server.count("played")).toBe(1);
  await passes(200);
  expect(world.model.last.value?.report.is).toBe("taken");
});

test("init data that are too old are told once, and nothing is asked any more", async () => {
  const world = new World();
  for (const path of ["me", "tokens", "purchases", "run", "played"]) {
    world.server.answers.set(path, () => problem(401, "init-data", { reason: "stale" }));
  }
  await world.begin();
  await passes(120_000);
  expect(world.texts()).toEqual([words.SIGN_IN_OLD]);
  expect(world.model.me.value).toMatchObject({ is: "failed", why: words.SIGN_IN_OLD });
  expect(world.server.count("me")).toBe(1);
});

test("a server of another version of the game is told", async () => {
  const world = new World();
  world.server.flight = { ...world.server.flight, gravity: 81 };
  await world.begin();
  expect(world.texts()).toEqual([words.OUT_OF_DATE]);
  await expect(world.model.actions.run()).rejects.toThrow(words.OUT_OF_DATE);
});

test("a run that was ready and not flown goes back into the stock", async () => {
  const world = await new World().begin();
  world.server.online = false;
  for (let times = 0; times < 5; times++) {
    await world.model.actions.run();
    world.model.actions.go("play");
    expect(world.model.flight.value).toBe("menu");
  }
  expect(world.server.count("run")).toBe(3);
});

test("runs are got anew before they expire", async () => {
  const world = await new World().begin();
  const first = await world.model.actions.run();
  world.model.actions.go("play");
  vi.setSystemTime(Date.now() + 23.5 * 3_600_000);
  const second = await world.model.actions.run();
  expect(second.seed).toBeGreaterThan(first.seed + 2);
});

test("where nothing may be kept it works while it is open, and says so", async () => {
  const world = new World();
  const full = {
    ...storage(),
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  world.keep = keepOf("7", full);
  world.open();
  await world.begin();
  world.server.online = false;
  await world.flies(4);
  await passes(10);
  expect(world.texts()).toContain(words.UNKEPT);
  world.server.online = true;
  world.model.actions.again();
  await passes(10);
  expect(world.model.last.value?.report.is).toBe("taken");
});

test("outside of Telegram it is played for fun, and nobody is told", async () => {
  const world = await new World(null).begin();
  expect(world.model.outside.value).toEqual({ link: "https://t.me/flap_bot" });
  await world.flies(4);
  await passes(60_000);
  expect(world.model.last.value?.report).toEqual({ is: "refused", why: words.FOR_FUN });
  expect(new Set(world.server.asked.map((asked) => asked.path))).toEqual(new Set(["config"]));
});

function storage(): Storage {
  return {
    length: 0,
    key: () => null,
    getItem: () => null,
    removeItem: () => undefined,
    clear: () => undefined,
    setItem: () => undefined,
  };
}

// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Stand } from "./stand";
import { STATES } from "./states";

/** Whoever presses this there asks the model for that. */
function check(state: string, button: string, asked: string) {
  test(`${state}: ${button}`, async () => {
    const stand = new Stand(STATES[state]);
    await stand.press(button);
    stand.close();
    expect(stand.model.asked).toEqual([asked]);
  });
}

describe("what buttons do", () => {
  check("play", "Play", "run");
  check("play", "Sound", "setSound true");
  check("play", "Shop", "go shop");
  check("play-failed", "Try again", "again");
  check("ready", "Back to the menu", "go play");
  check("over", "Play again", "run");
  check("over", "Share", "share");
  check("over-best", "Connect a wallet to receive them", "go wallet");
  check("leaderboard-empty", "Be the first", "run");
  check("shop", "Buy Red pipe for 250 FTHR", "buy 1 tokens");
  check("shop", "Buy Red pipe for 50 Stars", "buy 1 stars");
  check("shop-coming", "Use Green pipe", "choose green");
  check("shop-no-wallet", "Connect wallet", "connect");
  check("shop-other", "See what to do", "go wallet");
  check("wallet-other", "Disconnect", "disconnect");
});

describe("keyboard and focus", () => {
  test("a new screen begins at its heading, and nothing is focused at the start", async () => {
    const stand = new Stand();
    expect(document.activeElement).toBe(document.body);
    await stand.press("Wallet");
    expect(document.activeElement?.textContent).toBe("Wallet");
    await stand.key("Escape");
    expect(document.activeElement?.textContent).toBe("Flap");
    stand.close();
  });

  test("escape does nothing on the first screen and in flight", async () => {
    const stand = new Stand();
    await stand.key("Escape");
    await stand.change(() => {
      stand.model.flight.value = "flying";
    });
    await stand.key("Escape");
    expect(stand.model.asked).toEqual([]);
    stand.close();
  });

  test("a run takes the focus to the picture, which is put in once", async () => {
    const stand = new Stand();
    await stand.press("Play");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("The game. Press space to fly.");
    await stand.key("Escape");
    expect(stand.model.asked).toEqual(["run", "go play"]);
    expect(stand.stages).toBe(1);
    stand.close();
  });
});

test("no run to be had is said beside the button", async () => {
  const stand = new Stand();
  stand.model.noRun.why = "There is no network, and no run is left to fly without one.";
  await stand.press("Play");
  const after = stand.lines();
  stand.close();
  expect(after).toContain("alert: There is no network, and no run is left to fly without one.");
  expect(after).toContain("button: Play");
});

test("what was chosen in Telegram is the page's theme", async () => {
  const stand = new Stand();
  expect(document.documentElement.dataset.theme).toBe("light");
  await stand.change(() => {
    stand.model.look.value = { ...stand.model.look.value, theme: "dark" };
  });
  expect(document.documentElement.dataset.theme).toBe("dark");
  stand.close();
});

describe("notices", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("good ones go by themselves, bad ones are dismissed", async () => {
    const stand = new Stand(STATES["play-notices"]);
    await stand.change(() => vi.advanceTimersByTime(60_000));
    expect(stand.model.notices.value.map((one) => one.kind)).toEqual(["bad"]);
    await stand.press("Dismiss");
    expect(stand.model.notices.value).toEqual([]);
    stand.close();
  });

  test("in flight none is shown, and none goes unseen", async () => {
    const stand = new Stand({ ...STATES["play-notices"], flight: "flying" });
    await stand.change(() => vi.advanceTimersByTime(60_000));
    expect(stand.lines()).toEqual([]);
    expect(stand.model.notices.value).toHaveLength(3);
    stand.close();
  });
});

describe("copying the address", () => {
  async function copied(write: () => Promise<void>) {
    vi.stubGlobal("navigator", { clipboard: { writeText: write } });
    const stand = new Stand(STATES.wallet);
    await stand.press("Copy address");
    const lines = stand.lines();
    stand.close();
    vi.unstubAllGlobals();
    return lines;
  }

  test("is told", async () => {
    expect(await copied(async () => {})).toContain("status: Copied");
  });

  test("or the address stands there in full", async () => {
    const lines = await copied(() => Promise.reject(new Error("forbidden")));
    expect(lines).toContain("status: Could not be copied. Here it is in full.");
  });
});

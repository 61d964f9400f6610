// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GREEN, pipeFor } from "../../src/look/pipes";
import { keepOf } from "../../src/model/keep";
import type { WalletFailure } from "../../src/wallet/connector";
import * as words from "../../src/words/news";
import { later, passes, problem, World } from "./world";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  localStorage.clear();
});

const bought = (item: string) => ({ item, bought: later(0), paid: "tokens" as const });

test("an item is paid for, comes, is chosen and painted", async () => {
  const world = await new World().connected();
  const { model, server } = world;
  expect(model.shop.value.map((one) => [one.item.name, one.state])).toEqual([
    ["Green pipe", "free"],
    ["Red pipe", "for-sale"],
    ["Blue pipe", "for-sale"],
  ]);
  const buying = model.actions.buy("1", "tokens");
  expect(world.state("1")).toBe("paying");
  await buying;
  expect(world.wallet.sent).toMatchObject([{ network: "-3", messages: [{ amount: "100000000" }] }]);
  expect(world.state("1")).toBe("coming");
  expect(model.look.value.pipe).toEqual(GREEN);

  const before = server.count("purchases");
  await passes(15_000);
  expect(server.count("purchases") - before).toBeGreaterThanOrEqual(9);
  expect(model.shop.value.find((one) => one.item.id === "1")?.since).toBe(15);

  server.purchases = [bought("1")];
  await passes(1_500);
  expect(world.state("1")).toBe("bought");
  expect(world.texts()).toContain("Red pipe is yours, and chosen.");
  expect(model.settings.value.pipe).toBe("1");
  expect(model.look.value.pipe).toEqual(pipeFor("1", "Red pipe"));
});

test("purchases are read every ten seconds, and what was bought elsewhere is there", async () => {
  const world = await new World().begin();
  const before = world.server.count("purchases");
  await passes(60_000);
  expect(world.server.count("purchases") - before).toBe(6);
  world.server.purchases = [bought("2")];
  await passes(10_000);
  expect(world.state("2")).toBe("bought");
  expect(world.model.settings.value.pipe).toBe("green");
  world.model.actions.choose("2");
  expect(world.model.look.value.pipe.name).toBe("Blue pipe");
  world.model.actions.choose("1");
  expect(world.model.settings.value.pipe).toBe("2");
});

test("what is on its way still is when the game is opened again; slow chains are told, and at last that nothing came", async () => {
  const world = await new World().connected();
  await world.model.actions.buy("1", "tokens");
  vi.clearAllTimers();
  world.keep = keepOf(world.user);
  world.open();
  await world.begin();
  expect(world.state("1")).toBe("coming");
  await passes(121_000);
  expect(world.texts()).toContain(words.slow("Red pipe"));
  expect(world.state("1")).toBe("coming");
  await passes(13 * 60_000);
  expect(world.state("1")).toBe("for-sale");
  expect(world.texts()).toContain(words.missing("Red pipe"));
});

test("who does not pay in the wallet does not buy, and is told why", async () => {
  const check = async (does: WalletFailure, state: string, text: string) => {
    const world = await new World().connected();
    world.wallet.does = does;
    await world.model.actions.buy("1", "tokens");
    expect(world.state("1"), does).toBe(state);
    expect(world.texts()).toContain(text);
    return world;
  };
  await check("rejected", "for-sale", "You said no in the wallet. Red pipe was not bought, and nothing was paid.");
  await check("failed", "for-sale", "The wallet could not pay. Red pipe was not bought. Try again in a moment.");
  const silent =
    "The wallet has not answered. If you confirmed there, Red pipe comes by itself; if not, nothing was paid.";
  // Nobody pays twice while what was asked for may still be signed.
  const world = await check("silent", "coming", silent);
  await passes(7 * 60_000 + 5_000);
  expect(world.state("1")).toBe("for-sale");
});

test("what is missing in the wallet is told before it is asked", async () => {
  const check = async (tokens: { balance: string; coins: string }, text: string) => {
    const world = new World();
    world.server.tokens = tokens;
    await world.connected();
    await world.model.actions.buy("1", "tokens");
    expect(world.wallet.sent).toEqual([]);
    expect(world.state("1")).toBe("for-sale");
    expect(world.texts().at(-1)).toBe(text);
  };
  await check(
    { balance: "99.99", coins: "1" },
    "Red pipe costs 100.00 FTHR, and your wallet has 99.99. Play on to earn more.",
  );
  await check(
    { balance: "100.00", coins: "0.05" },
    "The chain's fee needs about 0.11 TON in your wallet, and it has 0.05. What is left over comes back.",
  );
});

test("without a wallet the player is led to it", async () => {
  const world = await new World().begin();
  await world.model.actions.buy("1", "tokens");
  expect(world.model.screen.value).toBe("wallet");
  expect(world.texts()).toEqual([words.NO_WALLET]);
});

test("Stars buy the same items", async () => {
  const world = await new World().begin();
  world.server.answers.set("invoice", () => Response.json({ ok: true, link: "https://t.me/$abc" }));
  const pay = vi.mocked(world.surroundings.pay);
  pay.mockResolvedValueOnce("cancelled");
  await world.model.actions.buy("1", "stars");
  expect(world.state("1")).toBe("for-sale");
  expect(world.texts()).toEqual(["Red pipe was not bought, and no Stars were paid."]);
  await world.model.actions.buy("1", "stars");
  expect(pay).toHaveBeenLastCalledWith("https://t.me/$abc");
  expect(world.state("1")).toBe("coming");
  world.server.purchases = [{ ...bought("1"), paid: "stars" }];
  await passes(1_500);
  expect(world.state("1")).toBe("bought");
});

test("what was bought on another phone meanwhile is not paid for twice", async () => {
  const world = await new World().connected();
  world.server.answers.set("payment", () => problem(409, "item-owned"));
  world.server.purchases = [bought("1")];
  await world.model.actions.buy("1", "tokens");
  await passes(10);
  expect(world.wallet.sent).toEqual([]);
  expect(world.state("1")).toBe("bought");
});

test("a chain that is faster than the wallet's answer is told all the same", async () => {
  const world = await new World().connected();
  const send = world.wallet.send.bind(world.wallet);
  world.wallet.send = async (payment) => {
    world.server.purchases = [bought("1")];
    await passes(10_000);
    await send(payment);
  };
  await world.model.actions.buy("1", "tokens");
  expect(world.state("1")).toBe("bought");
  expect(world.texts()).toContain("Red pipe is yours, and chosen.");
  expect(world.model.settings.value.pipe).toBe("1");
});

test("who closes the wallet's window and signs all the same is told when it is there", async () => {
  const world = await new World().connected();
  world.wallet.does = "closed";
  await world.model.actions.buy("1", "tokens");
  expect(world.state("1")).toBe("for-sale");
  world.server.purchases = [bought("1")];
  await passes(10_000);
  expect(world.texts()).toContain("Red pipe is yours, and chosen.");
  expect(world.model.settings.value.pipe).toBe("1");
});

test("a bought pipe is painted without a network", async () => {
  const world = new World();
  world.server.purchases = [bought("1")];
  await world.begin();
  world.model.actions.choose("1");
  vi.clearAllTimers();
  world.server.online = false;
  world.keep = keepOf(world.user);
  world.open();
  expect(world.model.look.value.pipe).toEqual(pipeFor("1", "Red pipe"));
});

test("nothing is asked while nobody looks", async () => {
  const world = await new World().begin();
  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  await passes(20_000);
  const before = world.server.asked.length;
  await passes(120_000);
  expect(world.server.asked.length).toBe(before);
  visibility.mockReturnValue("visible");
  document.dispatchEvent(new Event("visibilitychange"));
  await passes(100);
  expect(world.server.asked.length).toBeGreaterThan(before);
});

// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WalletFailure } from "../../src/wallet/connector";
import * as words from "../../src/words/news";
import { MINE, OTHERS, passes, problem, World } from "./world";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  localStorage.clear();
});

const FRIENDLY = "0QAaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhJl";

test("a wallet is connected, proves itself, and is bound", async () => {
  const world = await new World().begin();
  expect(world.model.wallet.value).toEqual({ state: "none" });
  const connecting = world.model.actions.connect();
  expect(world.model.wallet.value.state).toBe("connecting");
  await connecting;
  expect(world.server.bodies("wallet")).toMatchObject([{ address: MINE, proof: { payload: "to-be-signed" } }]);
  expect(world.model.wallet.value).toEqual({ state: "connected", address: FRIENDLY, bound: FRIENDLY });
  expect(world.texts()).toEqual([words.CONNECTED]);
  await passes(100);
  expect(world.model.tokens.value).toMatchObject({ is: "there", value: { balance: "500.00" } });
});

test("it is there again when the game is opened again, and is not asked for a proof", async () => {
  const world = await new World().connected();
  vi.clearAllTimers();
  world.restores(MINE);
  await world.begin();
  expect(world.model.wallet.value.state).toBe("connected");
  expect(world.server.count("ton-proof")).toBe(1);
  expect(world.server.count("wallet")).toBe(1);
});

test("another wallet than the bound one is told, before and after it is asked", async () => {
  const world = new World();
  world.server.wallet = OTHERS;
  world.server.answers.set("wallet", () => problem(409, "wallet-bound", { wallet: OTHERS }));
  await world.connected();
  expect(world.model.wallet.value.state).toBe("other");
  expect(world.texts()).toEqual([words.OTHER_WALLET]);
  await world.model.actions.buy("1", "tokens");
  expect(world.server.count("payment")).toBe(0);
  await world.model.actions.disconnect();
  expect(world.model.wallet.value.state).toBe("none");
});

test("whatever a wallet does is told", async () => {
  const check = async (does: WalletFailure, text: string) => {
    const world = await new World().begin();
    world.wallet.does = does;
    await world.model.actions.connect();
    expect(world.model.wallet.value.state, does).toBe("none");
    expect(world.texts()).toEqual([text]);
  };
  await check("rejected", "You said no in the wallet. Nothing was connected.");
  await check("closed", "The window was closed before a wallet was connected.");
  await check("silent", "The wallet has not answered. Open it, see that it is up to date, and connect it again.");
  await check(
    "wrong-network",
    "The wallet is on another network. This game is on the testnet: switch the wallet to it, then connect it again.",
  );
});

test("a proof that the server refuses is told in its words, and the wallet is let go", async () => {
  const world = await new World().begin();
  world.server.answers.set("wallet", () =>
    problem(422, "wallet-proof", { detail: "The wallet signed too long ago. Connect it again." }),
  );
  await world.model.actions.connect();
  expect(world.model.wallet.value.state).toBe("none");
  expect(world.texts()).toEqual(["The wallet signed too long ago. Connect it again."]);
  expect(world.wallet.disconnects).toBe(1);
});

test("a proof that could not be handed in is handed in again, even after the game was closed", async () => {
  const world = await new World().begin();
  const answer = world.server.answers.get("wallet");
  world.server.answers.set("wallet", () => {
    throw new TypeError("Failed to fetch");
  });
  void world.model.actions.connect();
  await passes(2_000);
  expect(world.model.wallet.value.state).toBe("linking");
  expect(world.server.count("wallet")).toBe(2);

  vi.clearAllTimers();
  if (answer) world.server.answers.set("wallet", answer);
  world.restores(MINE);
  await world.begin();
  expect(world.model.wallet.value.state).toBe("connected");
  expect(world.server.wallet).toBe(MINE);
  expect(world.server.count("ton-proof")).toBe(1);
});

test("a wallet that was connected and never proved is let go with a word", async () => {
  const world = new World();
  world.restores(MINE);
  await world.begin();
  expect(world.model.wallet.value.state).toBe("none");
  expect(world.texts()).toEqual([words.CONNECT_AGAIN]);
});

test("a wallet that leaves by itself is not shown any more", async () => {
  const world = await new World().connected();
  world.wallet.leaves();
  expect(world.model.wallet.value).toEqual({ state: "none", bound: FRIENDLY });
});

test("without a chain there are no wallets", async () => {
  const world = new World();
  const answer = world.server.answers.get("config");
  world.server.answers.set("config", async (body) => {
    const config = await (await answer?.(body))?.json();
    return Response.json({ ...config, chain: null });
  });
  await world.begin();
  expect(world.model.wallet.value).toEqual({ state: "off" });
});

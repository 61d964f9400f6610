// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { madeUpWallet } from "../../src/demo/wallet";
import list from "../../src/demo/wallets.json";

const ADDRESS = `0:${"1a".repeat(32)}`;
const PROOF = {
  timestamp: 1,
  domain: { lengthBytes: 12, value: "game.example" },
  payload: "sign me",
  signature: "AA==",
};

interface Bridge {
  tonconnect: {
    connect(version: number, request: object): Promise<{ event: string; payload: Record<string, unknown> }>;
    restoreConnection(): Promise<{ event: string; payload: Record<string, unknown> }>;
    send(request: object): Promise<{ result?: unknown; error?: { code: number }; id: string }>;
    disconnect(): void;
  };
}

function wallet() {
  const server = {
    people: vi.fn(async () => []),
    signIn: vi.fn(),
    wallet: vi.fn(async (_person: string, payload: string | null) => ({
      address: ADDRESS,
      network: "-3",
      public_key: "aa",
      wallet_state_init: "te6",
      ...(payload === null ? {} : { proof: PROOF }),
    })),
    send: vi.fn(async () => "the boc"),
  };
  madeUpWallet(server, "7");
  const key = list[0]?.bridge[0]?.key ?? "";
  const bridge = (window as unknown as Record<string, Bridge>)[key];
  if (bridge === undefined) throw new Error("the list of wallets names another key");
  return { server, bridge: bridge.tonconnect };
}

const press = (what: "confirm" | "reject") =>
  document.querySelector<HTMLButtonElement>(`[data-testid=demo-wallet-${what}]`)?.click();

afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
});

const REQUEST = {
  items: [
    { name: "ton_addr", network: "-3" },
    { name: "ton_proof", payload: "sign me" },
  ],
};

test("who confirms is connected, with the proof; and again without one", async () => {
  const { server, bridge } = wallet();
  const connecting = bridge.connect(2, REQUEST);
  press("confirm");
  const { event, payload } = await connecting;
  expect(event).toBe("connect");
  expect(payload.items).toEqual([
    { name: "ton_addr", address: ADDRESS, network: "-3", publicKey: "aa", walletStateInit: "te6" },
    { name: "ton_proof", proof: PROOF },
  ]);
  expect(server.wallet).toHaveBeenLastCalledWith("7", "sign me");
  expect((await bridge.restoreConnection()).event).toBe("connect");
  expect(document.querySelector("dialog")).toBeNull();
  bridge.disconnect();
  expect(await bridge.restoreConnection()).toMatchObject({ event: "connect_error", payload: { code: 100 } });
});

test("who rejects is not connected, and pays nothing", async () => {
  const { server, bridge } = wallet();
  const connecting = bridge.connect(2, REQUEST);
  press("reject");
  expect(await connecting).toMatchObject({ event: "connect_error", payload: { code: 300 } });
  const sending = bridge.send({ method: "sendTransaction", params: [TRANSACTION], id: "4" });
  press("reject");
  expect(await sending).toMatchObject({ error: { code: 300 }, id: "4" });
  expect(server.send).not.toHaveBeenCalled();
});

const TRANSACTION = JSON.stringify({
  valid_until: 1_795_250_300,
  messages: [{ address: "EQabcdefghijkl", amount: "100000000", payload: "te6cc" }],
});

test("what is confirmed is signed and sent by the demonstration's server", async () => {
  const { server, bridge } = wallet();
  const sending = bridge.send({ method: "sendTransaction", params: [TRANSACTION], id: "4" });
  expect(document.querySelector("dialog")?.textContent).toContain("0.1 coins to EQabcd…ghijkl");
  press("confirm");
  expect(await sending).toEqual({ result: "the boc", id: "4" });
  const messages = [{ address: "EQabcdefghijkl", amount: "100000000", payload: "te6cc" }];
  expect(server.send).toHaveBeenCalledWith("7", 1_795_250_300, messages);
});

import { coins } from "../model/amounts";
import { why } from "../words/news";
import { ask } from "./dialog";
import type { DemoMessage, DemoServer, DemoWallet } from "./routes";
import * as words from "./words";

/** Where TON Connect finds a wallet that is part of the browser: `window.<key>.tonconnect`. `wallets.json` names it too. */
const WINDOW_KEY = "scripDemoWallet";

/** Codes of TON Connect's errors (https://github.com/ton-blockchain/ton-connect, requests-responses). */
const UNKNOWN_ERROR = 0;
const UNKNOWN_APP = 100;
const REJECTED = 300;

const DEVICE = {
  platform: "browser",
  appName: "scrip-demo",
  appVersion: "1.0.0",
  maxProtocolVersion: 2,
  features: ["SendTransaction", { name: "SendTransaction", maxMessages: 4 }],
};

interface ConnectRequest {
  items: ({ name: "ton_addr"; network?: string } | { name: "ton_proof"; payload: string })[];
}

interface RpcRequest {
  method: string;
  params: string[];
  id: string;
}

interface Transaction {
  valid_until?: number;
  network?: string;
  messages: { address: string; amount: string; payload?: string; stateInit?: string }[];
}

/**
 * A wallet of this browser, as TON Connect's bridge for wallets that are injected has it. Whoever plays confirms or rejects; what is confirmed is
 * signed by the demonstration's server, which has everybody's key.
 */
export function madeUpWallet(server: DemoServer, person: string): void {
  const session = sessionOf(person);
  let events = 0;
  const connected = (wallet: DemoWallet) => ({
    event: "connect",
    id: events++,
    payload: { items: itemsOf(wallet), device: DEVICE },
  });
  const failed = (code: number, message: string) => ({
    event: "connect_error",
    id: events++,
    payload: { code, message },
  });

  const tonconnect = {
    deviceInfo: DEVICE,
    walletInfo: {
      name: words.WALLET,
      app_name: DEVICE.appName,
      image: PICTURE,
      about_url: "https://ton.org",
      tondns: "",
      platforms: ["chrome", "firefox", "safari", "windows", "macos", "linux"],
      features: DEVICE.features,
    },
    protocolVersion: 2,
    // TON Connect asks it at once, as it does within a wallet's own browser: its list of wallets talks to bridges that are not there.
    isWalletBrowser: true,

    async connect(_version: number, request: ConnectRequest) {
      if (!(await ask(words.WALLET, [words.CONNECT]))) return failed(REJECTED, "the user rejected it");
      const proof = request.items.find((item) => item.name === "ton_proof");
      try {
        const wallet = await server.wallet(person, proof?.name === "ton_proof" ? proof.payload : null);
        session.set(true);
        return connected(wallet);
      } catch (error) {
        return failed(UNKNOWN_ERROR, why(error));
      }
    },

    async restoreConnection() {
      if (!session.is()) return failed(UNKNOWN_APP, "not connected");
      return connected(await server.wallet(person, null));
    },

    async send({ method, params, id }: RpcRequest) {
      if (method !== "sendTransaction") return { result: {}, id };
      const transaction: Transaction = JSON.parse(params[0] ?? "{}");
      if (!(await ask(words.WALLET, linesOf(transaction)))) return rejected(id);
      try {
        const messages = transaction.messages.map(message);
        return { result: await server.send(person, transaction.valid_until ?? inFiveMinutes(), messages), id };
      } catch (error) {
        return { error: { code: UNKNOWN_ERROR, message: why(error) }, id };
      }
    },

    // This wallet never ends a connection by itself.
    listen: () => () => undefined,

    disconnect() {
      session.set(false);
    },
  };
  Object.assign(window, { [WINDOW_KEY]: { tonconnect } });
}

function itemsOf(wallet: DemoWallet) {
  const { address, network, public_key: publicKey, wallet_state_init: walletStateInit, proof } = wallet;
  const account = { name: "ton_addr", address, network, publicKey, walletStateInit };
  return proof === undefined ? [account] : [account, { name: "ton_proof", proof }];
}

function message({ address, amount, payload, stateInit }: Transaction["messages"][number]): DemoMessage {
  return {
    address,
    amount,
    ...(payload === undefined ? {} : { payload }),
    ...(stateInit === undefined ? {} : { state_init: stateInit }),
  };
}

function linesOf({ messages }: Transaction): string[] {
  const sum = messages.reduce((sum, message) => sum + BigInt(message.amount), 0n);
  const each = messages.map((message) => words.message(coins(BigInt(message.amount)), message.address));
  return [words.asks(coins(sum), messages.length), ...each];
}

function rejected(id: string) {
  return { error: { code: REJECTED, message: "the user rejected it" }, id };
}

function inFiveMinutes(): number {
  return Math.floor(Date.now() / 1000) + 300;
}

/** Whether this person has let the game see the wallet. */
function sessionOf(person: string): { is(): boolean; set(yes: boolean): void } {
  const key = `scrip-demo:wallet:${person}`;
  return {
    is: () => localStorage.getItem(key) !== null,
    set: (yes) => (yes ? localStorage.setItem(key, "connected") : localStorage.removeItem(key)),
  };
}

const PICTURE = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#3478d8"/>
<path d="M14 22h36v24H14z" fill="#fff"/><path d="M38 30h14v8H38z" fill="#eeb422"/></svg>`,
)}`;

import { signal } from "@preact/signals";
import { vi } from "vitest";
import { CONSTANTS } from "../../src/flight/constants";
import { createModel, type Made } from "../../src/model/create";
import { type Keep, keepOf } from "../../src/model/keep";
import type { GameConfig, Me, Payment, Purchase } from "../../src/server/answers";
import { createServer } from "../../src/server/client";
import type { Surroundings } from "../../src/telegram/surroundings";
import { type Connected, type Connector, WalletError, type WalletFailure } from "../../src/wallet/connector";

export const MINE = `0:${"1a".repeat(32)}`;
export const OTHERS = `0:${"2b".repeat(32)}`;

/** A server behind `fetch`: what it answers is changed as a test goes on. */
export class MadeUpServer {
  /** What was asked, in order. */
  readonly asked: { path: string; body: unknown; headers: Headers }[] = [];
  readonly answers = new Map<string, (body: never) => Response | Promise<Response>>();
  online = true;
  flight: Record<string, number> = { ...CONSTANTS };
  wallet: string | null = null;
  purchases: Purchase[] = [];
  tokens = { balance: "500.00", coins: "1" };
  private runs = 0;

  constructor() {
    const ok = (value: object) => Response.json({ ok: true, ...value });
    const set = (path: string, answer: (body: never) => object) => this.answers.set(path, (body) => ok(answer(body)));
    set("config", () => this.config());
    set("me", () => this.me());
    set("tokens", () => this.tokens);
    set("leaderboard", () => ({ top: [], you: { rank: null, name: "Ann", score: 0 } }));
    set("purchases", () => ({ purchases: this.purchases }));
    set("run", () => this.run());
    set("played", ({ score }: { score: number }) => ({
      score,
      tokens: "1.00",
      achievements: [],
      high_score: score,
      wallet: this.wallet,
    }));
    set("ton-proof", () => ({ payload: "to-be-signed", domain: "game.example", expires: later(900) }));
    set("wallet", ({ address }: { address: string }) => {
      this.wallet = address;
      return { wallet: address };
    });
    set("payment", () => this.payment());
    vi.stubGlobal("fetch", (url: URL, init: RequestInit) => this.fetch(url, init));
  }

  /** How often it was asked for this. */
  count(path: string): number {
    return this.asked.filter((asked) => asked.path === path).length;
  }

  bodies<T>(path: string): T[] {
    return this.asked.filter((asked) => asked.path === path).map((asked) => asked.body as T);
  }

  private async fetch(url: URL, init: RequestInit): Promise<Response> {
    const path = url.pathname.slice(1);
    const body = init.body === undefined ? undefined : JSON.parse(String(init.body));
    this.asked.push({ path, body, headers: new Headers(init.headers) });
    if (!this.online) throw new TypeError("Failed to fetch");
    const answer = this.answers.get(path);
    return answer === undefined ? problem(404, "not-found") : answer(body as never);
  }

  private run() {
    this.runs += 1;
    return { run: `run-${this.runs}`, seed: this.runs, flight: this.flight.version, expires: later(86_400) };
  }

  private config(): GameConfig {
    const contract = { address: OTHERS, friendly: OTHERS };
    return {
      bot: "flap_bot",
      token: { currency: "1", name: "feather", symbol: "FTHR", decimals: 2 },
      chain: { network: "testnet", connect: "-3", coin_symbol: "TON", minter: contract, shop: contract },
      proof_domain: "game.example",
      items: [
        { id: "1", name: "Red pipe", price: "100.00", price_units: "10000", stars: 50 },
        { id: "2", name: "Blue pipe", price: "200.00", price_units: "20000", stars: null },
      ],
      rules: { per_game: "1", per_step: "10", step: 10, run_ceiling: "100", day_ceiling: "1000", achievements: [] },
      run: { proved: true, max_age_secs: 86_400, flight: this.flight },
    };
  }

  private me(): Me {
    return {
      user: "7",
      name: "Ann",
      plays: 0,
      high_score: 0,
      achievements: [],
      wallet: this.wallet,
      jetton_wallet: null,
      balance: "0.00",
      pending: "0.00",
      rewards: { waiting: 0, batched: 0, sent: 0, settled: 0, refused: 0 },
    };
  }

  private payment(): Payment {
    const messages = [{ address: "EQ", amount: "100000000", payload: "te6" }];
    return { network: "-3", valid_until: later(300), from: this.wallet ?? "", messages };
  }
}

export function problem(status: number, kind: string, members: object = {}, headers: HeadersInit = {}): Response {
  const document = {
    type: `urn:scrip:problem:${kind}`,
    title: kind,
    status,
    detail: `The server says ${kind}.`,
    ...members,
  };
  return Response.json(document, { status, headers });
}

/** A wallet app, and whoever holds it. */
export class MadeUpWallet implements Connector {
  restored: Promise<Connected | null> = Promise.resolve(null);
  address = MINE;
  /** What the player does in the wallet. */
  does: "confirm" | WalletFailure = "confirm";
  readonly sent: Payment[] = [];
  disconnects = 0;
  private left: () => void = () => undefined;

  gone(listener: () => void): void {
    this.left = listener;
  }

  leaves(): void {
    this.left();
  }

  async connect(payload: Promise<string>): Promise<Connected> {
    const signed = await payload;
    if (this.does !== "confirm") throw new WalletError(this.does);
    const domain = { lengthBytes: 12, value: "game.example" };
    const proof = { timestamp: 1, domain, payload: signed, signature: "AA==" };
    return { address: this.address, claim: { address: this.address, proof } };
  }

  async disconnect(): Promise<void> {
    this.disconnects += 1;
  }

  async send(payment: Payment): Promise<void> {
    if (this.does !== "confirm") throw new WalletError(this.does);
    this.sent.push(payment);
  }

  setTheme(): void {}
}

/** The game as it is opened: again with the same keep, when a test opens it twice. */
export class World {
  private static next = 7;
  readonly server = new MadeUpServer();
  readonly wallet = new MadeUpWallet();
  readonly surroundings: Surroundings;
  /** Nobody else's: what an earlier test left on the way does not arrive here. */
  readonly user = `${World.next++}`;
  keep: Keep = keepOf(this.user);
  made: Made;

  constructor(initData: string | null = "user=%7B%22id%22%3A7%7D&hash=00") {
    this.surroundings = {
      initData,
      user: this.user,
      theme: signal("light"),
      stars: true,
      ready: () => undefined,
      back: () => undefined,
      confirmClosing: vi.fn(),
      haptic: () => undefined,
      pay: vi.fn(async () => "paid" as const),
      share: async () => undefined,
    };
    this.made = this.open();
  }

  open(): Made {
    const server = createServer(this.surroundings.initData, "https://game.example/");
    const { surroundings, keep } = this;
    this.made = createModel({ surroundings, server, keep, wallets: async () => this.wallet });
    return this.made;
  }

  get model() {
    return this.made.model;
  }

  /** Begins, and lets what is asked be answered. */
  async begin(): Promise<this> {
    this.made.begin();
    await passes(50);
    await this.made.rest();
    return this;
  }

  /** The game is opened again with a wallet that TON Connect has kept. */
  restores(address: string): void {
    this.wallet.restored = Promise.resolve({ address, claim: null });
    this.keep.set("ton-connect:session", "kept");
    this.open();
  }

  async connected(): Promise<this> {
    await this.begin();
    await this.model.actions.connect();
    await passes(50);
    return this;
  }

  async flies(score: number): Promise<void> {
    await this.model.actions.run();
    this.made.flights.began();
    this.model.actions.flown({ score, ticks: 600, flaps: [1, 20, 40] });
  }

  texts(): string[] {
    return this.model.notices.value.map((notice) => notice.text);
  }

  state(item: string): string | undefined {
    return this.model.shop.value.find((one) => one.item.id === item)?.state;
  }
}

/** So much time goes by, and whatever is due is done. */
export async function passes(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

export function later(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

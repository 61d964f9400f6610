import { effect, type Signal, signal, untracked } from "@preact/signals";
import type { GameConfig, Me, WalletClaim } from "../server/answers";
import type { Server } from "../server/client";
import { Problem } from "../server/problem";
import { friendly, same } from "../wallet/address";
import { type Connected, type Connector, KEPT, type LoadConnector, WalletError } from "../wallet/connector";
import * as words from "../words/news";
import type { Keep } from "./keep";
import type { Wallet } from "./model";
import type { News } from "./news";

export interface WalletLink {
  wallet: Signal<Wallet>;
  /** Fetches what was connected before: after the first picture. */
  restore(): Promise<void>;
  /** Somebody looks at what wallets are for: TON Connect and its pictures are fetched, which nobody else needs. */
  prepare(): void;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** The wallet that pays, when it is the player's. */
  payer(): Connector | null;
}

export interface WalletAround {
  keep: Keep;
  server: Server;
  news: News;
  load: LoadConnector;
  theme: Signal<"light" | "dark">;
  config: () => GameConfig | undefined;
  me: () => Me | undefined;
  /** The server has bound a wallet. */
  bound(): void;
}

/** A claim that the server could not be told is told again, while what was signed is good. */
const TRIES_MS = [1_000, 3_000, 9_000];

export function createWalletLink(around: WalletAround): WalletLink {
  const { keep, server, news } = around;
  const state = signal<Wallet["state"]>("off");
  const account = signal<string | null>(null);
  /** What the server said last when it was told of a wallet; `/me` says it later. */
  const told = signal<string | null>(null);
  const wallet = signal<Wallet>({ state: "off" });
  let connector: Connector | null = null;
  let loading: Promise<Connector> | null = null;

  const network = () => around.config()?.chain?.connect ?? "";
  const bound = () => around.me()?.wallet ?? told.value;

  effect(() => {
    const shown: Wallet = { state: around.config()?.chain ? stateNow() : "off" };
    const [address, owned] = [account.value, bound()];
    if (address !== null) shown.address = friendly(address, network());
    if (owned !== null) shown.bound = friendly(owned, network());
    wallet.value = shown;
  });

  /** A wallet that was connected before is the player's only if it is the one that the server has. */
  function stateNow(): Wallet["state"] {
    const [now, address, owned] = [state.value, account.value, bound()];
    if (now === "off") return "none";
    if (now !== "connected" || address === null || owned === null) return now;
    return same(address, owned) ? "connected" : "other";
  }

  function loaded(): Promise<Connector> {
    loading ??= around
      .load({ network: network(), bot: around.config()?.bot ?? null, theme: around.theme.peek(), keep })
      .then((made) => {
        connector = made;
        made.gone(() => {
          if (state.value === "connected") letGo();
        });
        effect(() => made.setTheme(around.theme.value));
        return made;
      })
      .catch((error: unknown) => {
        // The next one who wants it tries again.
        loading = null;
        throw new WalletError("unloaded", error);
      });
    return loading;
  }

  function letGo(): void {
    state.value = "none";
    account.value = null;
  }

  async function takeUp(connected: Connected): Promise<void> {
    if (state.value !== "loading") return;
    account.value = connected.address;
    if (bound() !== null) {
      state.value = "connected";
      return;
    }
    // It was connected, and the server never heard of it: the page was closed, or there was no network.
    const claim = keep.get<WalletClaim>(CLAIM);
    if (claim && same(claim.address, connected.address)) await tell(claim);
    else await drop(words.CONNECT_AGAIN);
  }

  async function tell(claim: WalletClaim): Promise<void> {
    state.value = "linking";
    keep.set(CLAIM, claim);
    for (let attempt = 0; ; attempt++) {
      try {
        told.value = (await server.bindWallet(claim)).wallet;
        break;
      } catch (error) {
        const bound = error instanceof Problem && error.kind === "wallet-bound" ? error.members.wallet : null;
        if (typeof bound === "string") {
          told.value = bound;
          break;
        }
        const wait = TRIES_MS[attempt];
        const passes = !(error instanceof Problem) || error.passing;
        if (wait === undefined || !passes) {
          if (!passes) keep.delete(CLAIM);
          return drop(words.why(error));
        }
        await new Promise((done) => setTimeout(done, wait));
      }
    }
    keep.delete(CLAIM);
    state.value = "connected";
    around.bound();
    const isOwn = same(claim.address, told.value ?? "");
    news.tell(isOwn ? "good" : "bad", isOwn ? words.CONNECTED : words.OTHER_WALLET);
  }

  async function drop(text: string): Promise<void> {
    letGo();
    news.tell("bad", text);
    await connector?.disconnect().catch(() => undefined);
  }

  return {
    wallet,
    prepare: () => {
      // Whoever connects without it is told what is missing.
      if (untracked(around.config)?.chain) loaded().catch(() => undefined);
    },
    restore: async () => {
      if (!around.config()?.chain || state.value !== "off") return;
      if (keep.names(KEPT).length === 0) {
        state.value = "none";
        return;
      }
      state.value = "loading";
      try {
        const connected = await (await loaded()).restored;
        if (connected !== null) await takeUp(connected);
      } catch {
        // Nobody has asked for a wallet yet; who does is told.
      }
      if (state.value === "loading") state.value = "none";
    },
    connect: async () => {
      if (!around.config()?.chain) return news.tell("bad", words.NO_WALLETS);
      if (["connecting", "linking", "connected"].includes(untracked(stateNow))) return;
      const before = state.value;
      state.value = "connecting";
      try {
        const made = await loaded();
        if (before === "connected") await made.disconnect();
        const payload = server.proofPayload().then((asked) => asked.payload);
        const connected = await made.connect(payload);
        account.value = connected.address;
        if (connected.claim !== null) await tell(connected.claim);
      } catch (error) {
        await drop(error instanceof WalletError ? words.walletFailure(error.failure, networkName()) : words.why(error));
      }
    },
    disconnect: async () => {
      letGo();
      await connector?.disconnect().catch(() => undefined);
    },
    payer: () => (untracked(stateNow) === "connected" ? connector : null),
  };

  function networkName(): string {
    return around.config()?.chain?.network ?? "";
  }
}

const CLAIM = "claim";

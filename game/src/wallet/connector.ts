import type { Keep } from "../model/keep";
import type { Payment, WalletClaim } from "../server/answers";

/** A wallet that is connected. The claim is there only when it was just asked to prove itself. */
export interface Connected {
  /** Raw. */
  address: string;
  claim: WalletClaim | null;
}

/** What wallets can do to a game. */
export type WalletFailure = "rejected" | "closed" | "silent" | "wrong-network" | "no-proof" | "unloaded" | "failed";

export class WalletError extends Error {
  constructor(
    readonly failure: WalletFailure,
    cause?: unknown,
  ) {
    super(`the wallet: ${failure}`, { cause });
    this.name = "WalletError";
  }
}

/** The wallets of this phone and of others, behind TON Connect. Whatever goes wrong is a `WalletError`. */
export interface Connector {
  /** What was connected when the page was open last. No proof is asked for again. */
  restored: Promise<Connected | null>;
  /** The wallet has let go of the game by itself. */
  gone: (listener: () => void) => void;
  /** Opens the window at once, and lets it wait for what is to be signed. */
  connect(payload: Promise<string>): Promise<Connected>;
  disconnect(): Promise<void>;
  /** Fulfilled when the wallet has signed it and said that it sends it. */
  send(payment: Payment): Promise<void>;
  setTheme(theme: "light" | "dark"): void;
}

/** What a connector keeps begins with this: where nothing does, nothing was connected. */
export const KEPT = "ton-connect:";

/** As it is loaded: TON Connect is large, and not needed for the first picture. */
export type LoadConnector = (about: About) => Promise<Connector>;

export interface About {
  /** As TON Connect writes it. */
  network: string;
  /** The bot's user name: wallets inside Telegram come back to it. */
  bot: string | null;
  theme: "light" | "dark";
  /** Whoever else has an account on this phone has another wallet. */
  keep: Keep;
}

import type { Signal } from "@preact/signals";
import type { FlownRun, Look } from "../play/play";
import type { GameConfig, Item, Leaderboard, Me, Played, Purchase, Tokens } from "../server/answers";

/** Everything that the screens show, and everything that a player can do on them. The screens know nothing behind this. */
export interface Model {
  screen: Signal<Screen>;
  flight: Signal<Flight>;
  config: Signal<Loaded<GameConfig>>;
  me: Signal<Loaded<Me>>;
  tokens: Signal<Loaded<Tokens>>;
  board: Signal<Loaded<Leaderboard>>;
  /** The run that was flown last, and what the server made of it. */
  last: Signal<LastRun | null>;
  shop: Signal<ShopItem[]>;
  wallet: Signal<Wallet>;
  /** Runs that were flown and wait for the network. */
  unreported: Signal<number>;
  online: Signal<boolean>;
  /** Not within Telegram: it is played for fun, and nothing is earned. With the link that opens it there, if the bot is known. */
  outside: Signal<{ link: string | null } | null>;
  /** What happened, in a sentence that helps; the newest last. */
  notices: Signal<Notice[]>;
  settings: Signal<Settings>;
  look: Signal<Look>;
  actions: Actions;
}

export type Screen = "play" | "over" | "leaderboard" | "shop" | "wallet";

/** What the picture does. While it is `ready` or `flying`, no menu lies over it; the first flap makes it `flying`. */
export type Flight = "menu" | "ready" | "flying" | "ended";

/** Something from the server. `old` is what was there before, while it is asked for again or cannot be had. */
export type Loaded<T> = { is: "loading"; old?: T } | { is: "there"; value: T } | { is: "failed"; why: string; old?: T };

/** What is there, or was there before. */
export function known<T>(loaded: Loaded<T>): T | undefined {
  return loaded.is === "there" ? loaded.value : loaded.old;
}

export interface LastRun {
  score: number;
  /** Whether this beat what was best before, by what this phone knows. */
  best: boolean;
  /** Not there while it is on its way; `later` when there is no network and it is handed in once there is. */
  report: { is: "sending" } | { is: "later" } | { is: "taken"; played: Played } | { is: "refused"; why: string };
}

export interface ShopItem {
  item: Item;
  /** `paying`: the wallet is asked; `coming`: it was signed, and the server has not seen it on the chain yet. */
  state: "free" | "for-sale" | "paying" | "coming" | "bought";
  chosen: boolean;
  colour: string;
  /** How long it has been on its way, in seconds. */
  since?: number;
}

export interface Wallet {
  /** `linking`: the server checks the wallet's proof. `other`: connected, but this player has another one bound. */
  state: "off" | "loading" | "none" | "connecting" | "linking" | "connected" | "other";
  /** User-friendly, for people. */
  address?: string;
  /** The one that rewards go to, which never changes. */
  bound?: string;
}

export interface Notice {
  id: number;
  kind: "good" | "bad" | "news";
  text: string;
}

export interface Settings {
  sound: boolean;
  /** The pipe's item id; `green` is always there. */
  pipe: string;
}

export interface Actions {
  /** While a run is `ready`, it goes back into the stock, and the picture's flight is `menu` again. */
  go(screen: Screen): void;
  /**
   * A run to fly: out of the stock, or asked for; the flight is `ready` then. Rejected with an error whose message is a sentence
   * for the player when there is none and no network; the screen shows it, so no notice is needed.
   */
  run(): Promise<{ seed: number }>;
  /** The run that `run` gave has ended. */
  flown(run: FlownRun): void;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  buy(item: string, paid: Purchase["paid"]): Promise<void>;
  choose(pipe: string): void;
  setSound(on: boolean): void;
  dismiss(notice: number): void;
  /** Asks the server again for what the screen shows. */
  again(): void;
  share(): void;
}

import { type Signal, signal } from "@preact/signals";
import type { Model, ShopItem } from "../../src/model/model";
import type { Contract, GameConfig, Leaderboard, Me, Played } from "../../src/server/answers";

/** The values of a model, without their signals. */
export type Shown = {
  [Key in Exclude<keyof Model, "actions">]: Model[Key] extends Signal<infer Value> ? Value : never;
};

export const config: GameConfig = {
  bot: "flap_bot",
  token: { currency: "1", name: "feather", symbol: "FTHR", decimals: 9 },
  chain: { network: "testnet", connect: "-3", coin_symbol: "TON", minter: contract("0:aa"), shop: contract("0:bb") },
  proof_domain: "flap.example",
  items: [],
  rules: {
    per_game: "1",
    per_step: "0.5",
    step: 5,
    run_ceiling: "50",
    day_ceiling: "200",
    achievements: [
      { id: "1", name: "First flight", plays: 1 },
      { id: "2", name: "Regular", plays: 10 },
      { id: "3", name: "Frequent flyer", plays: 100 },
    ],
  },
  run: { proved: true, max_age_secs: 86_400, flight: {} },
};

export const me: Me = {
  user: "7",
  name: "Ann",
  plays: 12,
  high_score: 111,
  achievements: ["1", "2"],
  wallet: "0:cc",
  jetton_wallet: contract("0:dd"),
  balance: "1234.500000000",
  pending: "12.500000000",
  rewards: { waiting: 2, batched: 1, sent: 1, settled: 14, refused: 0 },
};

function contract(address: string): Contract {
  return { address, friendly: `EQ${address}` };
}

export const mine = "UQBvW8Z5huBkMJYdnfAEM5JqTNkuWX3diqYENkWsIL0XggGG";
export const others = "UQAWoyZjMbdvTVlvgvuL1Wn6ZUbvyfWg9nQ0mU3MSKmi-KYc";

export const played: Played = { score: 23, tokens: "3.500000000", achievements: [], high_score: 111, wallet: "0:cc" };

export const green = pipe("green", "Green pipe", "#3fae54", { state: "free", chosen: true });
export const red = pipe("1", "Red pipe", "#d8432f", { price: "250.000000000", stars: 50 });
export const gold = pipe("2", "Golden pipe", "#e0a81e", { price: "2000.000000000" });
export const blue = pipe("3", "Sea pipe", "#2f7fd8", { price: "400.000000000", stars: 75 });

interface Offer {
  state?: ShopItem["state"];
  chosen?: boolean;
  price?: string;
  stars?: number;
}

function pipe(id: string, name: string, colour: string, offer: Offer): ShopItem {
  const { state = "for-sale", chosen = false, price = null, stars = null } = offer;
  return { item: { id, name, price, price_units: null, stars }, state, chosen, colour };
}

const NAMES = [
  "Zoë",
  "Mateo",
  "Ann",
  "Yuki",
  "Olga",
  "Bartholomew the Third of Featherstone",
  "فاطمة",
  "Kofi",
  "Lin",
  "Ivo",
];

/** Ten people, with Ann where she is wanted. */
export function board(you: Leaderboard["you"] = { rank: 3, name: "Ann", score: 111 }): Leaderboard {
  const top = NAMES.map((name, n) => ({ rank: n + 1, name, score: 131 - n * 9 - (n % 3), you: n + 1 === you.rank }));
  return { top: top.map((place) => (place.you ? { ...place, ...you, rank: place.rank } : place)), you };
}

const QUIET: Shown = {
  screen: "play",
  flight: "menu",
  config: { is: "there", value: config },
  me: { is: "there", value: me },
  tokens: { is: "there", value: { balance: "1222.000000000", coins: "0.842000000" } },
  board: { is: "there", value: board() },
  last: null,
  shop: [green, red, gold, blue],
  wallet: { state: "connected", address: mine, bound: mine },
  unreported: 0,
  online: true,
  outside: null,
  notices: [],
  settings: { sound: false, pipe: "green" },
  look: { pipe: { name: "Green pipe", edge: "#1f5f2e", body: "#3fae54", light: "#8fdc8a" }, theme: "light" },
};

export interface MadeUp extends Model {
  /** What was asked of it, as `buy 1 tokens`. */
  asked: string[];
  /** With what the next runs are refused. */
  noRun: { why?: string };
}

/** A model without a server: it shows what it is given, and writes down what it is asked. */
export function madeUp(given: Partial<Shown> = {}): MadeUp {
  const shown = { ...QUIET, ...given };
  const signals = Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, signal(value)]));
  const model = { ...signals, asked: [], noRun: {} } as unknown as MadeUp;
  const note = (...words: unknown[]) => {
    model.asked.push(words.join(" "));
  };
  model.actions = {
    go: (screen) => {
      note("go", screen);
      model.screen.value = screen;
      model.flight.value = "menu";
    },
    run: async () => {
      note("run");
      if (model.noRun.why) throw new Error(model.noRun.why);
      model.flight.value = "ready";
      return { seed: 1 };
    },
    flown: () => note("flown"),
    connect: async () => note("connect"),
    disconnect: async () => note("disconnect"),
    buy: async (item, paid) => note("buy", item, paid),
    choose: (pipe) => note("choose", pipe),
    setSound: (sound) => {
      note("setSound", sound);
      model.settings.value = { ...model.settings.value, sound };
    },
    dismiss: (id) => {
      note("dismiss", id);
      model.notices.value = model.notices.value.filter((one) => one.id !== id);
    },
    again: () => note("again"),
    share: () => note("share"),
  };
  return model;
}

import { blue, board, config, gold, green, me, mine, others, played, red, type Shown } from "./made-up";

const loading = { is: "loading" } as const;
const failed = { is: "failed", why: "The server does not answer. It may be back in a moment." } as const;
const young = { ...me, plays: 0, high_score: 0, achievements: [], balance: "0", pending: "0", wallet: null };
const nothing = { waiting: 0, batched: 0, sent: 0, settled: 0, refused: 0 };

/** Nobody is signed in. */
const outside: Partial<Shown> = {
  outside: { link: "https://t.me/flap_bot" },
  me: failed,
  tokens: failed,
  wallet: { state: "none" },
};

/** Every state of every screen, by a name; the gallery shows them all. */
export const STATES: Record<string, Partial<Shown>> = {
  play: {},
  "play-new": { me: { is: "there", value: young }, wallet: { state: "none" } },
  "play-loading": { me: loading, config: loading },
  "play-failed": { me: failed },
  "play-offline": { online: false, unreported: 2, me: { ...failed, old: me } },
  "play-notices": {
    settings: { sound: true, pipe: "green" },
    notices: [
      { id: 1, kind: "good", text: "The red pipe is yours." },
      { id: 2, kind: "bad", text: "Your wallet said no, so nothing was paid. You can try again." },
      { id: 3, kind: "news", text: "12.5 FTHR are on their way to your wallet." },
    ],
  },
  "play-outside": { ...outside },
  ready: { flight: "ready" },
  flying: { flight: "flying" },
  over: { screen: "over", flight: "ended", last: { score: 23, best: false, report: { is: "taken", played } } },
  "over-best": {
    screen: "over",
    flight: "ended",
    me: { is: "there", value: { ...me, high_score: 128, wallet: null } },
    last: {
      score: 128,
      best: true,
      report: {
        is: "taken",
        played: { score: 128, tokens: "13.5", achievements: ["2", "3"], high_score: 128, wallet: null },
      },
    },
  },
  "over-sending": { screen: "over", flight: "ended", last: { score: 23, best: false, report: { is: "sending" } } },
  "over-later": {
    screen: "over",
    flight: "ended",
    online: false,
    unreported: 1,
    last: { score: 117, best: true, report: { is: "later" } },
  },
  "over-refused": {
    screen: "over",
    flight: "ended",
    last: {
      score: 23,
      best: false,
      report: { is: "refused", why: "It was handed in more than a day after it began. Runs are kept for a day." },
    },
  },
  "over-outside": {
    ...outside,
    screen: "over",
    flight: "ended",
    last: {
      score: 23,
      best: true,
      report: { is: "refused", why: "Played for fun: outside of Telegram nothing is earned." },
    },
  },
  leaderboard: { screen: "leaderboard" },
  "leaderboard-outside": {
    screen: "leaderboard",
    board: { is: "there", value: board({ rank: 1_482, name: "Ann", score: 12 }) },
  },
  "leaderboard-unranked": {
    screen: "leaderboard",
    board: { is: "there", value: board({ rank: null, name: "Ann", score: 0 }) },
  },
  "leaderboard-empty": {
    screen: "leaderboard",
    board: { is: "there", value: { top: [], you: { rank: null, name: "Ann", score: 0 } } },
  },
  "leaderboard-loading": { screen: "leaderboard", board: loading },
  "leaderboard-failed": { screen: "leaderboard", board: failed },
  "leaderboard-old": { screen: "leaderboard", online: false, board: { ...failed, old: board() } },
  "leaderboard-outside-telegram": { ...outside, screen: "leaderboard", board: failed },
  shop: { screen: "shop" },
  "shop-coming": {
    screen: "shop",
    shop: [
      { ...green, chosen: false },
      { ...red, state: "bought", chosen: true },
      { ...gold, state: "paying" },
      { ...blue, state: "coming", since: 42 },
    ],
  },
  "shop-slow": { screen: "shop", shop: [green, { ...red, state: "coming", since: 190 }] },
  "shop-poor": {
    screen: "shop",
    tokens: { is: "there", value: { balance: "12.250000000", coins: "0.000000000" } },
  },
  "shop-no-wallet": { screen: "shop", wallet: { state: "none" } },
  "shop-other": { screen: "shop", wallet: { state: "other", address: others, bound: mine } },
  "shop-loading": { screen: "shop", config: loading, shop: [] },
  "shop-failed": { screen: "shop", config: failed, shop: [] },
  "shop-no-chain": {
    screen: "shop",
    config: { is: "there", value: { ...config, chain: null } },
    wallet: { state: "off" },
  },
  "shop-outside": { ...outside, screen: "shop" },
  wallet: { screen: "wallet" },
  "wallet-none": {
    screen: "wallet",
    me: { is: "there", value: { ...young, plays: 3, pending: "4.5", rewards: { ...nothing, waiting: 3 } } },
    wallet: { state: "none" },
  },
  "wallet-away": { screen: "wallet", wallet: { state: "none", bound: mine } },
  "wallet-connecting": { screen: "wallet", wallet: { state: "connecting" } },
  "wallet-linking": { screen: "wallet", wallet: { state: "linking", address: mine } },
  "wallet-other": { screen: "wallet", wallet: { state: "other", address: others, bound: mine } },
  "wallet-loading": { screen: "wallet", wallet: { state: "loading" }, me: loading, tokens: loading },
  "wallet-failed": { screen: "wallet", me: failed, tokens: failed },
  "wallet-refused": {
    screen: "wallet",
    tokens: { is: "there", value: { balance: "0.000000000", coins: "0" } },
    me: { is: "there", value: { ...me, pending: "0", rewards: { ...nothing, settled: 3, refused: 1 } } },
  },
  "wallet-off": {
    screen: "wallet",
    wallet: { state: "off" },
    config: { is: "there", value: { ...config, chain: null } },
  },
  "wallet-outside": { ...outside, screen: "wallet" },
};

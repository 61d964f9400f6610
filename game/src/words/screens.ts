/** The labels and sentences of the screens. What happened is told in `news.ts`. */

const many = (count: number, one: string, more = `${one}s`) =>
  `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

export const GAME = {
  name: "Flap",
  picture: "The game. Press space to fly.",
  hint: "Tap, click or press space to fly",
  leave: "Back to the menu",
  navigation: "Screens",
  loading: "Loading",
};

export const TABS = { play: "Game", leaderboard: "Leaders", shop: "Shop", wallet: "Wallet" };

export const PLAY = {
  play: "Play",
  wait: "Getting a run ready",
  best: "Best score",
  none: "No run yet",
  tokens: (symbol: string) => `Your ${symbol}`,
  anyTokens: "tokens",
  coming: (amount: string) => `+${amount} on its way`,
  sound: "Sound",
};

export const OVER = {
  title: "Game over",
  score: "Score",
  best: (score: number) => `Your best is ${score.toLocaleString("en")}`,
  newBest: "New best score!",
  earned: (amount: string, symbol: string) => `You earned ${amount} ${symbol}`,
  nothing: "No tokens this time. Fly a little further!",
  sending: "Handing in your run",
  later: "Your run is kept, and handed in as soon as you are back online.",
  refused: "This run does not count",
  unbound: "Connect a wallet to receive them",
  achievement: "New achievement",
  again: "Play again",
  share: "Share",
  leaderboard: "Leaders",
  menu: "Menu",
};

export const LEADERBOARD = {
  title: "Leaders",
  list: "The best scores",
  you: "You",
  yours: "Your place",
  points: (score: number) => many(score, "point"),
  rank: (rank: number) => `Place ${rank.toLocaleString("en")}`,
  empty: "Nobody has flown yet",
  emptyWhy: "The first one through a pipe leads the list.",
  unranked: "Fly one run, and your name stands here.",
  first: "Be the first",
};

export const SHOP = {
  title: "Shop",
  list: "Pipes",
  balance: "In your wallet",
  fees: (amount: string, symbol: string) => `${amount} ${symbol} for fees`,
  noFees: (symbol: string) => `Your wallet has no ${symbol}. It needs a little of it to pay the chain's fee.`,
  buy: (name: string, price: string) => `Buy ${name} for ${price}`,
  stars: (count: number) => many(count, "Star"),
  missing: (amount: string, symbol: string) => `${amount} ${symbol} missing`,
  connect: "Connect wallet",
  connectWhy: (symbol: string) => `To pay with ${symbol}, connect your wallet.`,
  other: "The connected wallet is not yours in this game.",
  otherLink: "See what to do",
  unsold: "Not for sale",
  free: "Always yours",
  bought: "Yours",
  use: (name: string) => `Use ${name}`,
  useShort: "Use",
  used: "In use",
  using: (name: string) => `In use: ${name}`,
  paying: "Confirm it in your wallet",
  coming: "On its way",
  comingFor: (time: string) => `Signed ${time} ago`,
  comingWhy: "It is yours once the payment stands on the chain.",
  slow: "The chain takes its time. Nothing is lost: it unlocks by itself.",
  empty: "There is nothing to buy here yet.",
};

export const WALLET = {
  title: "Wallet",
  connect: "Connect wallet",
  connecting: "Waiting for your wallet",
  connectingWhy: "Say yes in your wallet, then come back here.",
  linking: "Checking that the wallet is yours",
  linkingWhy: "This takes a few seconds.",
  none: "Tokens for your runs",
  noneWhy: "Connect a TON wallet, and what you earn is sent there by itself.",
  noneKept: "What you have earned waits for you.",
  forEver: "Choose with care: rewards always go to the first wallet you connect. It can never be changed.",
  fixed: "Rewards go here. This can never be changed.",
  bound: "Your wallet",
  away: "Connect it to pay in the shop. Rewards arrive without it.",
  off: "No wallets here",
  offWhy: "This game is not tied to a chain. Play for the score!",
  copy: "Copy address",
  copied: "Copied",
  notCopied: "Could not be copied. Here it is in full.",
  other: "This is not your wallet",
  otherWhy: (connected: string, bound: string) =>
    `You have connected ${connected}, and your rewards go to ${bound}. Disconnect, then connect ${bound} to pay in the shop.`,
  balance: "On the chain",
  coins: (symbol: string) => `${symbol} for fees`,
  rewards: "Rewards",
  waiting: "Waiting",
  coming: "On their way",
  arrived: "Arrived",
  refused: (count: number) => `${many(count, "reward")} could not be sent. The operator sees why and looks after it.`,
  pending: (amount: string, symbol: string) => `${amount} ${symbol} on the way to you`,
  kept: (amount: string, symbol: string) => `${amount} ${symbol} wait for your wallet`,
  achievements: "Achievements",
  have: "Earned",
  toGo: (plays: number, of: number) => `${plays} of ${many(of, "run")}`,
  disconnect: "Disconnect",
};

export const NOTICES = { list: "News", warnings: "Warnings", dismiss: "Dismiss" };

export const OUTSIDE = {
  title: "Just for fun",
  why: "You are not in Telegram. Fly as much as you like: nothing is earned and no score is kept.",
  open: "Open in Telegram",
};

export const NETWORK = {
  offline: "No network. You can go on flying.",
  waiting: (runs: number) => `No network. ${many(runs, "run")} ${runs === 1 ? "waits" : "wait"} to be handed in.`,
  sending: (runs: number) => `Handing in ${many(runs, "run")}`,
};

export const TROUBLE = {
  again: "Try again",
  old: "This may be out of date.",
};

/** `42 s`, `3 min`. */
export const lasted = (seconds: number) =>
  seconds < 60 ? `${Math.floor(seconds)} s` : `${Math.floor(seconds / 60)} min`;

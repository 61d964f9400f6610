// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import { Stand } from "./stand";
import { STATES } from "./states";

/** In this state, these lines are there, in this order, and none of the others. */
function check(state: string, there: string[], away: string[] = []) {
  test(state, () => {
    const stand = new Stand(STATES[state]);
    const lines = stand.lines();
    stand.close();
    expect(lines.filter((line) => there.includes(line))).toEqual(there);
    expect(lines.filter((line) => away.some((part) => line.includes(part)))).toEqual([]);
  });
}

const tabs = ["button: Leaders", "button: Shop", "button: Wallet"];

describe("play", () => {
  check("play", [
    "switch: Sound",
    "heading: Flap",
    "Best score",
    "111",
    "Your FTHR",
    "1,234.5",
    "+12.5 on its way",
    "button: Play",
    "button current: Game",
    ...tabs,
  ]);
  check("play-new", ["No run yet", "0", "button: Play"], ["on its way"]);
  check("play-loading", ["status: Loading", "button: Play"]);
  check("play-failed", [
    "alert: The server does not answer. It may be back in a moment.",
    "alert: button: Try again",
    "button: Play",
  ]);
  check("play-offline", [
    "status: No network. 2 runs wait to be handed in.",
    "This may be out of date.",
    "button: Try again",
    "111",
  ]);
  check(
    "play-outside",
    ["heading: Just for fun", "link: Open in Telegram -> https://t.me/flap_bot", "button: Play"],
    ["Best"],
  );
  check("play-notices", [
    "switch on: Sound",
    "alert: Your wallet said no, so nothing was paid. You can try again.",
    "alert: button: Dismiss",
    "status: The red pipe is yours.",
    "status: 12.5 FTHR are on their way to your wallet.",
  ]);
  check("ready", ["button: Back to the menu", "Tap, click or press space to fly"], ["Play", "Shop"]);
  check("flying", [], ["button", "heading", "Tap"]);
});

describe("game over", () => {
  check(
    "over",
    [
      "heading: Game over",
      "Score 23",
      "Your best is 111",
      "status: You earned 3.5 FTHR",
      "button: Play again",
      "button: Share",
      "button: Leaders",
      "button: Menu",
    ],
    ["New best", "achievement", "Connect"],
  );
  check(
    "over-best",
    [
      "Score 128",
      "New best score!",
      "status: You earned 13.5 FTHR",
      "status: button: Connect a wallet to receive them",
      "status: New achievement Regular",
      "status: New achievement Frequent flyer",
    ],
    ["Your best"],
  );
  check("over-sending", ["Score 23", "status: Handing in your run"], ["earned"]);
  check("over-later", [
    "status: No network. 1 run waits to be handed in.",
    "Score 117",
    "New best score!",
    "status: Your run is kept, and handed in as soon as you are back online.",
  ]);
  check(
    "over-refused",
    [
      "Your best is 111",
      "status: This run does not count It was handed in more than a day after it began. Runs are kept for a day.",
      "button: Play again",
    ],
    ["earned", "New best"],
  );
  check(
    "over-outside",
    ["New best score!", "status: Played for fun: outside of Telegram nothing is earned."],
    ["count"],
  );
});

describe("leaderboard", () => {
  check("leaderboard", [
    "heading: Leaders",
    "Place 1: Zoë 131 points",
    "Place 3: Ann You 111 points",
    "button current: Leaders",
  ]);
  check("leaderboard-outside", [
    "Place 3: Ann 111 points",
    "Place 10: Ivo 50 points",
    "Place 1,482: Ann You 12 points",
  ]);
  check("leaderboard-unranked", ["Fly one run, and your name stands here."], ["You "]);
  check("leaderboard-empty", ["heading: Nobody has flown yet", "button: Be the first"]);
  check("leaderboard-loading", ["status: Loading"]);
  check("leaderboard-failed", ["alert: button: Try again"]);
  check("leaderboard-old", ["This may be out of date.", "button: Try again", "Place 1: Zoë 131 points"]);
  check("leaderboard-outside-telegram", ["heading: Just for fun"], ["Try again"]);
});

describe("shop", () => {
  check("shop", [
    "heading: Shop",
    "In your wallet",
    "1,222 FTHR",
    "0.842 TON for fees",
    "heading: Green pipe",
    "Always yours",
    "button pressed: In use: Green pipe",
    "heading: Red pipe",
    "button: Buy Red pipe for 250 FTHR",
    "button: Buy Red pipe for 50 Stars",
    "button disabled: Buy Golden pipe for 2,000 FTHR",
    "778 FTHR missing",
  ]);
  check("shop-coming", [
    "button: Use Green pipe",
    "Yours",
    "button pressed: In use: Red pipe",
    "status: Confirm it in your wallet",
    "status: On its way",
    "Signed 42 s ago",
    "It is yours once the payment stands on the chain.",
  ]);
  check("shop-slow", ["Signed 3 min ago", "The chain takes its time. Nothing is lost: it unlocks by itself."]);
  check("shop-poor", [
    "12.25 FTHR",
    "Your wallet has no TON. It needs a little of it to pay the chain's fee.",
    "button disabled: Buy Red pipe for 250 FTHR",
    "237.75 FTHR missing",
    "button: Buy Red pipe for 50 Stars",
  ]);
  check(
    "shop-no-wallet",
    ["To pay with FTHR, connect your wallet.", "button: Connect wallet", "button disabled: Buy Red pipe for 250 FTHR"],
    ["missing"],
  );
  check("shop-other", ["The connected wallet is not yours in this game.", "button: See what to do"]);
  check("shop-no-chain", ["button: Buy Red pipe for 50 Stars", "Not for sale"], ["FTHR", "wallet"]);
  check("shop-outside", ["heading: Just for fun", "button disabled: Buy Red pipe for 50 Stars"], ["Connect"]);
  check("shop-failed", ["alert: button: Try again"]);
});

describe("wallet", () => {
  check("wallet", [
    "heading: Your wallet",
    "UQBvW8Z5huBkMJYdnfAEM5JqTNkuWX3diqYENkWsIL0XggGG",
    "button: Copy address",
    "Rewards go here. This can never be changed.",
    "heading: On the chain",
    "1,222",
    "TON for fees",
    "0.842",
    "heading: Rewards",
    "Waiting",
    "3",
    "On their way",
    "1",
    "Arrived",
    "14",
    "12.5 FTHR on the way to you",
    "First flight Earned",
    "Frequent flyer 12 of 100 runs",
    "button: Disconnect",
  ]);
  check(
    "wallet-none",
    [
      "heading: Tokens for your runs",
      "button: Connect wallet",
      "Choose with care: rewards always go to the first wallet you connect. It can never be changed.",
      "4.5 FTHR wait for your wallet",
      "First flight 1 of 1 run",
      "Regular 3 of 10 runs",
    ],
    ["Disconnect"],
  );
  check("wallet-away", ["heading: Your wallet", "button: Connect wallet", "heading: On the chain"], ["Disconnect"]);
  check("wallet-connecting", ["status: Waiting for your wallet"], ["Connect wallet"]);
  check("wallet-linking", ["status: Checking that the wallet is yours"]);
  check("wallet-other", [
    "alert: heading: This is not your wallet",
    "alert: You have connected UQAWoy…mi-KYc, and your rewards go to UQBvW8…0XggGG. Disconnect, then connect UQBvW8…0XggGG to pay in the shop.",
    "UQBvW8Z5huBkMJYdnfAEM5JqTNkuWX3diqYENkWsIL0XggGG",
    "button: Disconnect",
  ]);
  check("wallet-refused", ["1 reward could not be sent. The operator sees why and looks after it."]);
  check("wallet-off", ["heading: No wallets here", "heading: Achievements"], ["Rewards", "Connect"]);
  check("wallet-outside", ["heading: Just for fun"], ["Connect", "Try again"]);
});

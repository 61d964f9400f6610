// What happened, and what the player can do.

import { OutOfDate } from "../runs/same_game";
import type { Played } from "../server/answers";
import { Problem, Unreached } from "../server/problem";
import type { WalletFailure } from "../wallet/connector";

/** Why something did not work. What it was stands before it, if it has to be said. */
export function why(error: unknown): string {
  if (error instanceof Unreached) return UNREACHED[error.why];
  if (error instanceof OutOfDate) return OUT_OF_DATE;
  if (error instanceof Problem) return problem(error);
  return "Something went wrong in the game itself. Close it and open it again.";
}

const UNREACHED: Record<Unreached["why"], string> = {
  offline: "There is no network. Try again when you are online.",
  lost: "The game's server does not answer. It is not your phone; try again in a moment.",
  slow: "The game's server took too long. Try again in a moment.",
};

export const OUT_OF_DATE = "This game is out of date. Reload it to play on.";
export const SIGN_IN_OLD = "Telegram's sign-in has run out. Close the game and open it again; nothing is lost.";

function problem(problem: Problem): string {
  const wait = problem.waitMs === null ? "in a moment" : `in ${seconds(problem.waitMs)}`;
  switch (problem.kind) {
    case "init-data":
      return problem.members.reason === "stale"
        ? SIGN_IN_OLD
        : "Telegram's sign-in was not taken. Open the game from the bot.";
    case "init-data-missing":
      return "The game does not know who you are. Open it from the bot.";
    case "rate-limited":
      return `That was a little fast. Try again ${wait}.`;
    case "run-expired":
      return "The run was too old to count: it was started too long ago.";
    case "run-unknown":
      return "The run was not started by this player here, so it does not count.";
    case "score-unproved":
    case "flaps-invalid":
    case "flaps-missing":
      return `The server could not follow the run, so it does not count. ${RELOAD}`;
    case "unavailable":
    case "timeout":
      return `The game's server is busy. Try again ${wait}.`;
    case "wallet-bound":
      return "You have a wallet here already, and it never changes. Connect that one.";
    default:
      return problem.detail === "" ? `${problem.title}.` : problem.detail;
  }
}

const RELOAD = "If this happens again, reload the game.";

export function seconds(ms: number): string {
  const whole = Math.max(1, Math.ceil(ms / 1000));
  if (whole < 90) return whole === 1 ? "1 second" : `${whole} seconds`;
  return `${Math.ceil(whole / 60)} minutes`;
}

export const NO_RUN: Record<Unreached["why"], string> = {
  offline: "There is no network, and no run is left to fly without one. Try again when you are online.",
  lost: "The game's server does not answer, and no run is left to fly without it. Try again in a moment.",
  slow: "The game's server takes too long, and no run is left to fly without it. Try again in a moment.",
};
export const UNKEPT =
  "This phone does not let the game keep anything. Leave it open until the run is handed in, or it is lost.";
export const NO_PICTURE = "This browser cannot draw the game. Update it, or open the game on another phone.";
export const FOR_FUN = "Played for fun: outside of Telegram nothing is earned.";
export const NOBODY = "The game knows you inside Telegram only. Open it there to see this.";

/** A run of before that was counted now. */
export function counted(played: Played): string {
  return `A run of before counts now. Score: ${played.score}, tokens: ${played.tokens}.`;
}

export function notCounted(error: Problem): string {
  return `A run of before does not count. ${why(error)}`;
}

export function achieved(name: string): string {
  return `New: ${name}.`;
}

export const CONNECTED = "Your wallet is connected. What you earn goes there.";
export const OTHER_WALLET =
  "This is another wallet than the one you have here. What you earn goes to that one; disconnect and connect it to buy.";
export const CONNECT_AGAIN = "The wallet was connected, but never proved to be yours. Connect it again.";
export const NO_WALLET = "Connect your wallet first; tokens are paid from there.";
export const NO_WALLETS = "There are no wallets in this game.";

export function walletFailure(failure: WalletFailure, network: string): string {
  switch (failure) {
    case "rejected":
      return "You said no in the wallet. Nothing was connected.";
    case "closed":
      return "The window was closed before a wallet was connected.";
    case "silent":
      return "The wallet has not answered. Open it, see that it is up to date, and connect it again.";
    case "wrong-network":
      return `The wallet is on another network. This game is on the ${network}: switch the wallet to it, then connect it again.`;
    case "no-proof":
      return "The wallet did not prove that it is yours. Update it, or connect another one.";
    case "unloaded":
      return "Wallets could not be loaded. Look at the network and try again.";
    case "failed":
      return "The wallet could not be connected. Try again, or take another one.";
  }
}

export function paymentFailure(failure: WalletFailure, item: string): string {
  switch (failure) {
    case "rejected":
      return `You said no in the wallet. ${item} was not bought, and nothing was paid.`;
    case "closed":
      return `The window was closed before the wallet answered. ${item} was not bought unless you confirm it in the wallet.`;
    case "silent":
      return `The wallet has not answered. If you confirmed there, ${item} comes by itself; if not, nothing was paid.`;
    case "wrong-network":
      return "The wallet is on another network than the game. Switch it, then buy again.";
    default:
      return `The wallet could not pay. ${item} was not bought. Try again in a moment.`;
  }
}

export function coming(item: string): string {
  return `${item} is paid for and on its way.`;
}

export function slow(item: string): string {
  return `The chain is slow. ${item} is still on its way, and nothing is lost; you can play on or close the game.`;
}

export function missing(item: string): string {
  return `The payment for ${item} has not arrived. Look in your wallet: if the tokens have left it, tell the game's operator; else buy again.`;
}

export function bought(item: string): string {
  return `${item} is yours, and chosen.`;
}

export function tooFewTokens(item: string, price: string, symbol: string, has: string): string {
  return `${item} costs ${price} ${symbol}, and your wallet has ${has}. Play on to earn more.`;
}

export function tooFewCoins(needed: string, symbol: string, has: string): string {
  return `The chain's fee needs about ${needed} ${symbol} in your wallet, and it has ${has}. What is left over comes back.`;
}

export function starsFailed(status: "cancelled" | "failed", item: string): string {
  if (status === "cancelled") return `${item} was not bought, and no Stars were paid.`;
  return `Telegram could not take the Stars. ${item} was not bought.`;
}

export const STARS_OUTSIDE = "Stars are paid in Telegram. Update it, or pay with tokens.";

export function shareText(score: number): string {
  return score > 0 ? `I flew through ${score} pipes. Can you?` : "Fly with me!";
}

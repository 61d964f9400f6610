// What the demonstration says of itself.

export const BADGE = "Demo";
export const ABOUT =
  "This is a demonstration: Telegram, the people and their wallets are made up, and the chain runs on this machine.";
export const YOU = "You are";
export const NEW_PERSON = "Somebody new";
export const AGAIN = "Try again";
export const CLOSE = "Close";
export const NO_STARS = "Telegram would ask for Stars now. This Telegram is made up and has none.";
export const SHARED = "Telegram would show your chats now, to share the game. This Telegram is made up and has none.";
export const WALLET = "Made-up wallet";
export const CONFIRM = "Confirm";
export const REJECT = "Reject";
export const CONNECT =
  "The game asks for your address, and for your signature that the wallet is yours. Nothing is paid.";
export const WRONG_NETWORK = "This wallet has no account on that network.";

export function asks(coins: string, count: number): string {
  const what = count === 1 ? "a message" : `${count} messages`;
  return `The game asks you to send ${what} with ${coins} coins for fees. What is left over comes back.`;
}

export function message(coins: string, address: string): string {
  return `${coins} coins to ${address.slice(0, 6)}…${address.slice(-6)}`;
}

export function notStarted(why: string): string {
  return `The demonstration has not started. ${why}`;
}

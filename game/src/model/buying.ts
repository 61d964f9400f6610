import type { Item, Payment, Purchase, Tokens } from "../server/answers";
import type { Server } from "../server/client";
import { Problem } from "../server/problem";
import type { Surroundings } from "../telegram/surroundings";
import { type Connector, WalletError } from "../wallet/connector";
import * as words from "../words/news";
import { coins, isLess } from "./amounts";

export interface Till {
  server: Server;
  surroundings: Surroundings;
  payer: Connector | null;
  symbols: { token: string; coin: string };
}

/** What became of an attempt to pay. `perhaps`: the wallet has not said, and what was signed is good for so long. */
export type Paid = { is: "paid" } | { is: "perhaps"; lastsMs: number; why: string } | { is: "unpaid"; why: string };

/** What a wallet takes for its own work, beside what it sends. */
const OWN_FEE_NANO = 10_000_000n;
/** What was signed at the last moment still has to be seen on the chain. */
const SEEN_MS = 2 * 60 * 1000;

export async function pay(till: Till, item: Item, paid: Purchase["paid"]): Promise<Paid> {
  try {
    return paid === "stars" ? await withStars(till, item) : await withTokens(till, item);
  } catch (error) {
    // It was bought elsewhere: the list of purchases says so at once.
    if (error instanceof Problem && error.kind === "item-owned") return { is: "paid" };
    return { is: "unpaid", why: words.why(error) };
  }
}

async function withTokens(till: Till, item: Item): Promise<Paid> {
  const { server, payer } = till;
  if (payer === null) return { is: "unpaid", why: words.NO_WALLET };
  // What the wallet holds is looked up at the same time; if that cannot be had, the wallet itself says what is missing.
  const [payment, tokens] = await Promise.all([server.payment(item.id), server.tokens().catch(() => null)]);
  const missing = tokens && lacking(till, item, payment, tokens);
  if (missing) return { is: "unpaid", why: missing };
  try {
    await payer.send(payment);
    return { is: "paid" };
  } catch (error) {
    const failure = error instanceof WalletError ? error.failure : "failed";
    const why = words.paymentFailure(failure, item.name);
    if (failure !== "silent") return { is: "unpaid", why };
    const lastsMs = Math.max(0, payment.valid_until * 1000 - server.nowMs()) + SEEN_MS;
    return { is: "perhaps", lastsMs, why };
  }
}

/** Why the wallet need not be asked. */
function lacking(till: Till, item: Item, payment: Payment, has: Tokens): string | null {
  const { token, coin } = till.symbols;
  if (item.price !== null && isLess(has.balance, item.price)) {
    return words.tooFewTokens(item.name, item.price, token, has.balance);
  }
  const sent = payment.messages.reduce((sum, message) => sum + BigInt(message.amount), OWN_FEE_NANO);
  return isLess(has.coins, coins(sent)) ? words.tooFewCoins(coins(sent), coin, has.coins) : null;
}

async function withStars({ server, surroundings }: Till, item: Item): Promise<Paid> {
  if (!surroundings.stars) return { is: "unpaid", why: words.STARS_OUTSIDE };
  const { link } = await server.invoice(item.id);
  const status = await surroundings.pay(link);
  if (status === "cancelled" || status === "failed") {
    return { is: "unpaid", why: words.starsFailed(status, item.name) };
  }
  return { is: "paid" };
}

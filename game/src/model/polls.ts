import { effect, type Signal } from "@preact/signals";
import type { Me } from "../server/answers";
import type { Screen } from "./model";
import { Poll } from "./poll";

/** What is asked for again and again, and how often. */
export interface Polls {
  /** Fulfilled when the configuration was there for the first time. */
  configured: Promise<void>;
  start(): void;
  /** A run or a wallet changed what is on its way. */
  earned(): void;
  /** Something was paid for. */
  paid(): void;
  opened(screen: Screen): void;
  /** All of it at once: there may be a network again, or somebody asks. */
  again(): void;
}

export interface PollsAround {
  earns: boolean;
  screen: Signal<Screen>;
  me(): Me | undefined;
  /** Whether something was paid for and is not there yet. */
  waits: Signal<boolean>;
  ask: Record<"config" | "me" | "tokens" | "board" | "purchases", () => Promise<unknown>>;
}

/** The server allows two requests a second; all of these together stay below one. */
const PACE_MS = { config: 300_000, atRest: 30_000, seen: 10_000, purchases: 10_000, coming: 1_500 };
/** Rewards are mostly there within half a minute, and looked for as often as this for so long. */
const SOON = [
  { withinMs: 60_000, everyMs: 2_500 },
  { withinMs: 300_000, everyMs: 6_000 },
];
const LATE_MS = 15_000;

export function createPolls(around: PollsAround): Polls {
  const { ask, earns, screen, waits } = around;
  let earnedAt = Date.now();
  let configured: () => void = () => undefined;

  const onTheWay = () => {
    const rewards = around.me()?.rewards;
    return rewards !== undefined && rewards.waiting + rewards.batched + rewards.sent > 0;
  };
  const soon = () => {
    const passedMs = Date.now() - earnedAt;
    return SOON.find((pace) => passedMs < pace.withinMs)?.everyMs ?? LATE_MS;
  };

  const config = new Poll(
    () => ask.config().then(() => configured()),
    () => PACE_MS.config,
  );
  const me = new Poll(
    async () => {
      const before = around.me();
      await ask.me();
      const after = around.me();
      const isSame = after?.wallet === before?.wallet && after?.balance === before?.balance;
      if (after?.wallet && !isSame) tokens.now();
    },
    () => (onTheWay() && around.me()?.wallet ? soon() : PACE_MS.atRest),
  );
  const tokens = new Poll(
    async () => {
      if (around.me()?.wallet) await ask.tokens();
    },
    () => {
      if (!around.me()?.wallet) return null;
      return waits.value || screen.value === "shop" || screen.value === "wallet" ? PACE_MS.seen : PACE_MS.atRest;
    },
  );
  const purchases = new Poll(ask.purchases, () => (waits.value ? PACE_MS.coming : PACE_MS.purchases));
  const board = new Poll(ask.board, () => (screen.value === "leaderboard" ? PACE_MS.atRest : null));
  const players = [me, tokens, purchases];

  return {
    configured: new Promise((done) => {
      configured = done;
    }),
    start: () => {
      config.start();
      if (!earns) return;
      for (const poll of players) poll.start();
      effect(() => {
        // Read here, so that a change of it is a change of the pace.
        waits.value;
        purchases.paced();
        tokens.paced();
      });
    },
    earned: () => {
      earnedAt = Date.now();
      if (earns) me.now();
    },
    paid: () => {
      if (earns) purchases.now();
    },
    opened: (opened) => {
      if (!earns) return;
      if (opened === "leaderboard") board.start();
      if (opened === "shop" || opened === "wallet") {
        me.now();
        tokens.now();
      }
      if (opened === "shop") config.now();
    },
    again: () => {
      config.now();
      if (earns) for (const poll of players) poll.now();
    },
  };
}

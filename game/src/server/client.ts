import { type Signal, signal } from "@preact/signals";
import type {
  GameConfig,
  Leaderboard,
  Me,
  Payment,
  Played,
  ProofPayload,
  Purchase,
  Run,
  Tokens,
  WalletClaim,
} from "./answers";
import { asker } from "./ask";

/** A run as it is handed in. */
export interface Report {
  run: string;
  score: number;
  flaps: number[];
}

/** The game's server, a function for each of its routes. Whatever goes wrong is a `Problem` or an `Unreached`. */
export interface Server {
  /** As the last request found it. */
  reachable: Signal<boolean>;
  /** The server's time in milliseconds: phones' clocks are wrong. */
  nowMs(): number;
  config(): Promise<GameConfig>;
  me(): Promise<Me>;
  tokens(): Promise<Tokens>;
  leaderboard(): Promise<Leaderboard>;
  purchases(): Promise<Purchase[]>;
  run(): Promise<Run>;
  played(report: Report): Promise<Played>;
  proofPayload(): Promise<ProofPayload>;
  bindWallet(claim: WalletClaim): Promise<{ wallet: string }>;
  payment(item: string): Promise<Payment>;
  invoice(item: string): Promise<{ link: string }>;
}

/** The answer's date has whole seconds: less than this is no difference. */
const SAME_MS = 2_000;

export function createServer(initData: string | null, base = serverOf(document.baseURI)): Server {
  const reachable = signal(true);
  let aheadMs = 0;
  const ask = asker({
    base,
    initData,
    reached: (yes) => {
      reachable.value = yes;
    },
    clock: (serverMs) => {
      const ahead = serverMs - Date.now();
      aheadMs = Math.abs(ahead) < SAME_MS ? 0 : ahead;
    },
  });
  const get = <T>(path: string) => ask<T>({ method: "GET", path });
  const post = <T>(path: string, body: unknown = {}) => ask<T>({ method: "POST", path, body });
  return {
    reachable,
    nowMs: () => Date.now() + aheadMs,
    config: () => get("config"),
    me: () => get("me"),
    tokens: () => get("tokens"),
    leaderboard: () => get("leaderboard"),
    purchases: async () => (await get<{ purchases: Purchase[] }>("purchases")).purchases,
    run: () => post("run"),
    played: (report) => ask({ method: "POST", path: "played", body: report, patient: false }),
    proofPayload: () => post("ton-proof"),
    bindWallet: (claim) => post("wallet", claim),
    payment: (item) => post("payment", { item }),
    invoice: (item) => post("invoice", { item }),
  };
}

/** The page is at `…/game/`, and its server is what that lies in. */
export function serverOf(page: string): string {
  return new URL("../", page).href;
}

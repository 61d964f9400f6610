/** What the game's server answers. Amounts are decimal strings and stay strings: nothing is reckoned with them here. */

export interface GameConfig {
  /** The bot's user name, for links to it. */
  bot: string | null;
  token: Token;
  /** None where there is no chain: no wallets, and nothing is sold for tokens. */
  chain: Chain | null;
  /** The domain that wallets sign for. */
  proof_domain: string;
  items: Item[];
  rules: Rules;
  run: { proved: boolean; max_age_secs: number; flight: Record<string, number> };
}

export interface Token {
  currency: string;
  name: string;
  symbol: string;
  decimals: number;
}

export interface Chain {
  network: "mainnet" | "testnet" | "sandbox";
  /** As TON Connect writes it: `-239`, `-3`. */
  connect: string;
  coin_symbol: string;
  minter: Contract;
  shop: Contract;
}

/** An address in the two forms that are written. */
export interface Contract {
  /** Raw: `0:…`. */
  address: string;
  friendly: string;
}

export interface Item {
  id: string;
  name: string;
  /** In tokens; null when it is not sold for them. */
  price: string | null;
  price_units: string | null;
  /** In Telegram Stars; null when it is not sold for them. */
  stars: number | null;
}

export interface Rules {
  per_game: string;
  per_step: string;
  step: number;
  run_ceiling: string;
  day_ceiling: string;
  achievements: { id: string; name: string; plays: number }[];
}

/** A run that may be flown: its id pays once. */
export interface Run {
  run: string;
  seed: number;
  /** The version of the simulation. */
  flight: number;
  /** Seconds since 1970: later it is not taken any more. */
  expires: number;
}

export interface Played {
  score: number;
  tokens: string;
  /** Ids of achievements that are new. */
  achievements: string[];
  high_score: number;
  wallet: string | null;
}

export interface Me {
  user: string;
  name: string;
  plays: number;
  high_score: number;
  achievements: string[];
  /** Raw: `0:…`. */
  wallet: string | null;
  jetton_wallet: Contract | null;
  /** What has arrived, by the ledger. */
  balance: string;
  /** Earned and still on its way to the wallet. */
  pending: string;
  rewards: Record<"waiting" | "batched" | "sent" | "settled" | "refused", number>;
}

/** What the player's wallet holds on the chain. */
export interface Tokens {
  balance: string;
  /** The wallet's own coins, for fees. */
  coins: string;
}

export interface Leaderboard {
  top: { rank: number; name: string; score: number; you: boolean }[];
  you: { rank: number | null; name: string; score: number };
}

export interface Purchase {
  item: string;
  bought: number;
  paid: "tokens" | "stars";
}

/** That a wallet is the player's, as TON Connect gives it. */
export interface WalletClaim {
  /** Raw. */
  address: string;
  proof: {
    timestamp: number;
    domain: { lengthBytes: number; value: string };
    payload: string;
    /** base64. */
    signature: string;
    /** base64 BoC. */
    state_init?: string;
    /** Hexadecimal. */
    public_key?: string;
  };
}

/** What the wallet is to sign so that an item is paid for. */
export interface Payment {
  network: string;
  /** Seconds since 1970. */
  valid_until: number;
  from: string;
  messages: { address: string; amount: string; payload: string }[];
}

export interface ProofPayload {
  payload: string;
  domain: string;
  expires: number;
}

/** A problem document (RFC 9457). `type` never changes. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail?: string;
}

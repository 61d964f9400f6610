import type { Signal } from "@preact/signals";

/** What stands around the game: Telegram, or a browser. */
export interface Surroundings {
  /** Telegram's word for who the player is, byte for byte as it was given; null outside of Telegram. */
  initData: string | null;
  /** The player's Telegram id; what is kept on this phone is kept for them. */
  user: string;
  theme: Signal<"light" | "dark">;
  /** Whether Stars can be paid here. */
  stars: boolean;
  /** The game can be seen: whatever was shown while it was loaded goes. */
  ready(): void;
  /** What the back button does; null for none. */
  back(pressed: (() => void) | null): void;
  /** Whether closing the game is asked for twice. */
  confirmClosing(yes: boolean): void;
  haptic(what: Haptic): void;
  /** What became of an invoice. */
  pay(link: string): Promise<"paid" | "cancelled" | "failed" | "pending">;
  share(link: string, text: string): Promise<void>;
}

export type Haptic = "score" | "hit" | "good" | "bad";

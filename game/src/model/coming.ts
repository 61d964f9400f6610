import { type Signal, signal } from "@preact/signals";
import type { Purchase } from "../server/answers";
import type { Keep } from "./keep";

/** An item that was paid for, and that the server has not seen yet. */
export interface Coming {
  item: string;
  paid: Purchase["paid"];
  /** By this phone's clock, in milliseconds. */
  since: number;
  /** After this nothing comes any more. */
  until: number;
  /** It was said that the chain is slow. */
  slow: boolean;
}

/** Afterwards it is said that the chain is slow. */
export const SLOW_MS = 2 * 60 * 1000;
/** Afterwards it is said that nothing came. */
export const LONGEST_MS = 15 * 60 * 1000;

/** What is on its way, kept so that it still is when the game is opened again. */
export class OnTheWay {
  readonly all: Signal<Coming[]>;

  constructor(private readonly keep: Keep) {
    const kept = keep.names(BEGINNING).flatMap((name) => keep.get<Coming>(name) ?? []);
    this.all = signal(kept);
  }

  has(item: string): boolean {
    return this.all.value.some((one) => one.item === item);
  }

  add(item: string, paid: Purchase["paid"], lastsMs = LONGEST_MS): void {
    const since = Date.now();
    this.put({ item, paid, since, until: since + lastsMs, slow: false });
  }

  put(coming: Coming): void {
    this.keep.set(BEGINNING + coming.item, coming);
    this.all.value = [...this.all.value.filter((one) => one.item !== coming.item), coming];
  }

  drop(item: string): void {
    this.keep.delete(BEGINNING + item);
    this.all.value = this.all.value.filter((one) => one.item !== item);
  }
}

const BEGINNING = "coming:";

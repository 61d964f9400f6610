import { type Signal, signal } from "@preact/signals";
import type { Keep } from "../model/keep";
import type { Played } from "../server/answers";
import type { Report } from "../server/client";
import { Problem } from "../server/problem";

/** A run that was flown, and is kept until the server has it. */
export interface Flown extends Report {
  /** When it ended, by this phone's clock, in milliseconds. */
  ended: number;
}

export interface OutboxEvents {
  taken(flown: Flown, played: Played): void;
  /** For good: it will never be taken. */
  refused(flown: Flown, problem: Problem): void;
  /** For now: it is handed in again. */
  later(flown: Flown, error: unknown): void;
  /** It is kept only while the page is open. */
  unkept(): void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** Problems with 4xx that pass: the operator makes them good, or the player by opening the game again. */
const PASSING = ["init-data", "init-data-missing", "currency-frozen", "holder-frozen", "not-found"];

/**
 * Runs on their way to the server, in the keep from the moment they ended. A run pays once, so each is handed in until there is an answer
 * that says what became of it.
 */
export class Outbox {
  readonly waiting: Signal<number>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending = false;
  private wanted = false;
  private failures = 0;
  private stopped = false;

  constructor(
    private readonly keep: Keep,
    private readonly played: (report: Report) => Promise<Played>,
    private readonly events: OutboxEvents,
  ) {
    this.waiting = signal(this.names().length);
  }

  add(report: Report): void {
    const flown: Flown = { ...report, ended: Date.now() };
    const kept = this.keep.set(BEGINNING + flown.run, flown);
    this.waiting.value = this.names().length;
    if (!kept) this.events.unkept();
    this.now();
  }

  /** Hands everything in at once, however long the wait was to be: at the start, and when there is a network again. */
  now(): void {
    this.failures = 0;
    this.stopped = false;
    this.after(0);
  }

  private after(ms: number): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void this.hand(), ms);
  }

  private async hand(): Promise<void> {
    this.wanted = true;
    if (this.sending) return;
    this.sending = true;
    let waitMs: number | null = null;
    try {
      // Whatever is added while others are on their way is handed in behind them.
      while (this.wanted) {
        this.wanted = false;
        waitMs = await this.all();
      }
    } finally {
      this.sending = false;
    }
    if (waitMs !== null) this.after(waitMs);
  }

  /** How long to wait before what is left is handed in again; null when nothing is. */
  private async all(): Promise<number | null> {
    let waitMs: number | null = null;
    let closed: { error: unknown } | null = null;
    for (const flown of this.oldestFirst()) {
      const tried: "done" | { error: unknown } = closed ?? (await this.one(flown));
      if (tried === "done") continue;
      this.events.later(flown, tried.error);
      waitMs = Math.min(waitMs ?? Number.POSITIVE_INFINITY, this.waitAfter(tried.error));
      if (isForAll(tried.error)) closed = tried;
    }
    this.failures = waitMs === null ? 0 : this.failures + 1;
    this.waiting.value = this.names().length;
    return waitMs;
  }

  private async one(flown: Flown): Promise<"done" | { error: unknown }> {
    try {
      const played = await this.played({ run: flown.run, score: flown.score, flaps: flown.flaps });
      this.done(flown);
      this.events.taken(flown, played);
      return "done";
    } catch (error) {
      if (error instanceof Problem && isForGood(error)) {
        this.done(flown);
        this.events.refused(flown, error);
        return "done";
      }
      this.stopped = error instanceof Problem && error.signedOut;
      return { error };
    }
  }

  private waitAfter(error: unknown): number {
    const asked = error instanceof Problem ? error.waitMs : null;
    return asked ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
  }

  private done(flown: Flown): void {
    this.keep.delete(BEGINNING + flown.run);
    this.waiting.value = this.names().length;
  }

  private names(): string[] {
    return this.keep.names(BEGINNING);
  }

  private oldestFirst(): Flown[] {
    const all = this.names().map((name) => [name, this.keep.get<Flown>(name)] as const);
    // What cannot be read can be handed in by nobody.
    for (const [name, flown] of all) if (flown === undefined) this.keep.delete(name);
    const flown = all.flatMap(([, flown]) => flown ?? []);
    return flown.sort((a, b) => a.ended - b.ended);
  }
}

const BEGINNING = "flown:";

/** Whoever comes next would hear the same. */
function isForAll(error: unknown): boolean {
  return !(error instanceof Problem) || [401, 429].includes(error.status);
}

function isForGood(problem: Problem): boolean {
  return !problem.passing && !PASSING.includes(problem.kind);
}

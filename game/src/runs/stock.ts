import type { Keep } from "../model/keep";
import type { Run } from "../server/answers";
import { isOfThisGame, OutOfDate } from "./same_game";

/** So many runs can be flown without a network. */
export const AHEAD = 3;
/** A run that is flown from now on can last half an hour, and has to be handed in afterwards. */
const LEAST_LEFT_MS = 60 * 60 * 1000;

export interface Source {
  run(): Promise<Run>;
  nowMs(): number;
}

/**
 * Runs that the server gave ahead. Each has a key of its own in the keep, so that two windows do not fly the same one: whoever takes it
 * removes it.
 */
export class Stock {
  private filling: Promise<void> | null = null;

  constructor(
    private readonly keep: Keep,
    private readonly source: Source,
  ) {}

  /** The run that expires first of those that are still good. */
  take(): Run | null {
    const [first] = this.good();
    if (first === undefined) return null;
    this.keep.delete(nameOf(first));
    return first;
  }

  /** A run that was not flown after all. */
  back(run: Run): void {
    this.keep.set(nameOf(run), run);
  }

  count(): number {
    return this.good().length;
  }

  /** A run at once: out of the stock, or asked for. */
  async next(): Promise<Run> {
    return this.take() ?? (await this.asked());
  }

  /** Asks for as many as are missing. Rejected with whatever the server says. */
  fill(): Promise<void> {
    this.filling ??= this.filled().finally(() => {
      this.filling = null;
    });
    return this.filling;
  }

  private async filled(): Promise<void> {
    while (this.good().length < AHEAD) this.back(await this.asked());
  }

  private async asked(): Promise<Run> {
    const run = await this.source.run();
    if (!isOfThisGame(run)) throw new OutOfDate();
    // No more of it than is kept.
    const { seed, flight, expires } = run;
    return { run: run.run, seed, flight, expires };
  }

  /** The others are dropped on the way: too old, of another version, or not to be read. */
  private good(): Run[] {
    const now = this.source.nowMs();
    const good: Run[] = [];
    for (const name of this.keep.names(BEGINNING)) {
      const run = this.keep.get<Run>(name);
      if (run && isOfThisGame(run) && run.expires * 1000 - now > LEAST_LEFT_MS) good.push(run);
      else this.keep.delete(name);
    }
    return good.sort((a, b) => a.expires - b.expires);
  }
}

const BEGINNING = "ahead:";

function nameOf(run: Run): string {
  return BEGINNING + run.run;
}

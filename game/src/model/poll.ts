import { Problem } from "../server/problem";

const LONGEST_MS = 60_000;
const AFTER_FAILURE_MS = 2_000;

/** Asks again and again while the page is seen, and less often while it fails. */
export class Poll {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = false;
  private wanted = false;
  private failures = 0;
  private running = false;

  /** @param everyMs How long to wait after an answer, asked each time; null for: until `now`. */
  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly everyMs: () => number | null,
  ) {}

  start(): void {
    this.running = true;
    document.addEventListener("visibilitychange", this.seen);
    this.now();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
  }

  /** At once, and then at the pace again. */
  now(): void {
    this.failures = 0;
    if (this.running) void this.once();
  }

  /** The pace may have changed: what is waited for is waited for anew. */
  paced(): void {
    if (this.running && !this.asking) this.wait();
  }

  private readonly seen = (): void => {
    if (document.visibilityState === "visible") this.now();
    else clearTimeout(this.timer);
  };

  private async once(): Promise<void> {
    clearTimeout(this.timer);
    this.wanted = this.asking;
    if (this.asking) return;
    this.asking = true;
    let waitMs: number | null = null;
    try {
      await this.ask();
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      waitMs = error instanceof Problem ? error.waitMs : null;
      // Telegram's word for the player is not asked for again: the game has to be opened again.
      if (error instanceof Problem && error.signedOut) this.stop();
    } finally {
      this.asking = false;
    }
    if (!this.running) return;
    if (this.wanted) void this.once();
    else this.wait(waitMs ?? 0);
  }

  private wait(leastMs = 0): void {
    clearTimeout(this.timer);
    if (document.visibilityState === "hidden") return;
    const paceMs = this.everyMs();
    if (paceMs === null && this.failures === 0) return;
    const failedMs = this.failures === 0 ? 0 : AFTER_FAILURE_MS * 2 ** Math.min(this.failures - 1, 6);
    const ms = Math.max(paceMs ?? 0, leastMs, Math.min(failedMs, LONGEST_MS));
    this.timer = setTimeout(() => void this.once(), ms);
  }
}

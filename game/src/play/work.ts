const FRAMES = 1_200;

/** How long our own part of each frame took. */
export class Work {
  private readonly times = new Float64Array(FRAMES);
  private count = 0;
  private since = 0;

  begin(): void {
    this.since = performance.now();
  }

  end(): void {
    this.times[this.count % FRAMES] = performance.now() - this.since;
    this.count += 1;
  }

  /** In milliseconds, newest last. */
  list(): number[] {
    const oldest = Math.max(this.count - FRAMES, 0);
    return Array.from({ length: this.count - oldest }, (_, at) => this.times[(oldest + at) % FRAMES] ?? 0);
  }
}

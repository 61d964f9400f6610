import { defineConfig } from "vitest/config";

/** One browser at a time; nothing here waits for the clock, so what lasts this long hangs. On a machine that stalls a run waits for its player. */
export default defineConfig({
  test: { include: ["e2e/**/*.test.ts"], fileParallelism: false, retry: 1, testTimeout: 120_000, hookTimeout: 120_000 },
});

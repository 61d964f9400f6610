import { defineConfig } from "vitest/config";

/** One browser at a time; nothing here waits for the clock, so what lasts this long hangs. */
export default defineConfig({
  test: { include: ["e2e/**/*.test.ts"], fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 },
});

import { defineConfig } from "vitest/config";

/** `npm run pictures`: no test of anything, but made the same way. */
export default defineConfig({ test: { include: ["e2e/pictures.ts"], testTimeout: 300_000, hookTimeout: 120_000 } });

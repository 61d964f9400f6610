import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launch } from "./browser";
import { Scrip } from "./scrip";

export interface Stage {
  scrip: Scrip;
  browser: Browser;
}

/** A program and a browser for all tests of a file. They are there once the tests run. */
export function stage(): Readonly<Stage> {
  const stage = {} as Stage;
  beforeAll(async () => {
    [stage.scrip, stage.browser] = await Promise.all([Scrip.start(), launch()]);
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.scrip?.stop();
  });
  return stage;
}

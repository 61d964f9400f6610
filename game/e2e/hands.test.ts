import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { GAME, OVER, PLAY, SHOP, TABS } from "../src/words/screens";
import { Player } from "./player";
import { stage } from "./stage";

const on = stage();

describe("the game is played", () => {
  test("with the keyboard alone", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    const { page } = player;
    await tabTo(page, PLAY.play);
    await page.keyboard.press("Enter");
    await player.text(GAME.hint).waitFor();
    await page.keyboard.press("Space");
    await player.heading(OVER.title).waitFor();
    await tabTo(page, OVER.again);
    await page.keyboard.press("Enter");
    await player.text(GAME.hint).waitFor();
    await page.keyboard.press("Escape");
    await player.button(PLAY.play).waitFor();
    await tabTo(page, TABS.shop);
    await page.keyboard.press("Enter");
    await player.heading(SHOP.title).waitFor();
    await page.keyboard.press("Escape");
    await player.button(PLAY.play).waitFor();
    await player.leaves();
  });

  test("by touch alone", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    const { page } = player;
    await player.button(PLAY.play).tap();
    await player.text(GAME.hint).waitFor();
    await page.touchscreen.tap(195, 300);
    await player.heading(OVER.title).waitFor();
    await player.button(OVER.again).tap();
    await player.text(GAME.hint).waitFor();
    await player.leaves();
  });
});

/** As often as it takes, and not for ever. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent?.trim();
    });
    if (focused === name) return;
    await page.keyboard.press("Tab");
  }
  expect.fail(`Nobody comes to ${name} with the keyboard.`);
}

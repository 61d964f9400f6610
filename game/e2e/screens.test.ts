import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { GAME, LEADERBOARD, OVER, PLAY, SHOP, WALLET } from "../src/words/screens";
import { Player } from "./player";
import { stage } from "./stage";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const on = stage();

describe.each(["light", "dark"] as const)("every screen, %s", (theme) => {
  test("has no fault that keeps people out, and a picture to look at", async () => {
    const player = await Player.meets(on.scrip, on.browser, { theme });
    const { page } = player;
    const look = async (name: string) => {
      await page.waitForTimeout(600);
      await player.shoot(`${name} ${theme}`);
      expect(await faults(page), `${name}, ${theme}`).toEqual([]);
    };
    await look("play");
    await player.button(PLAY.play).click();
    await player.text(GAME.hint).waitFor();
    await look("ready");
    await page.evaluate(() => {
      if (window.scripDemo) window.scripDemo.pilot = 3;
    });
    await page.keyboard.press("Space");
    await page.waitForTimeout(3_500);
    await player.shoot(`flying ${theme}`);
    await player.heading(OVER.title).waitFor();
    await page.getByText(/^You earned 1 /).waitFor();
    await look("over");
    await player.button(OVER.menu).click();
    await player.go("leaderboard");
    await page.getByRole("list", { name: LEADERBOARD.list }).waitFor();
    await look("leaderboard");
    await player.go("wallet");
    await player.button(WALLET.connect).waitFor();
    await look("wallet-none");
    await player.connect();
    await page.getByText(WALLET.fixed).waitFor();
    await look("wallet");
    await player.go("shop");
    await page.getByRole("list", { name: SHOP.list }).waitFor();
    await look("shop");
    await player.leaves();
  });
});

/** By axe-core (https://github.com/dequelabs/axe-core): what it calls serious or critical. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run(where: unknown): Promise<AxeResults> } }).axe;
    // The demonstration's own corner and TON Connect's window are not the game's.
    return axe.run({ exclude: [["[data-testid='demo-badge']"], ["tc-root"], ["#tc-widget-root"]] });
  });
  const bad = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return bad.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}

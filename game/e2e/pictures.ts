import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Browser } from "playwright-core";
import { test } from "vitest";
import { OVER, SHOP, WALLET } from "../src/words/screens";
import { launch } from "./browser";
import { Player } from "./player";
import { Scrip } from "./scrip";

const TO = resolve("../docs");

/** The two pictures of the README: three screens side by side, by day and by night. */
test("pictures", async () => {
  mkdirSync(TO, { recursive: true });
  const scrip = await Scrip.start();
  const browser = await launch();
  for (const theme of ["light", "dark"] as const) {
    const shots = await screens(scrip, browser, theme);
    await sideBySide(browser, shots, `${TO}/game-${theme}.png`);
  }
  await browser.close();
  await scrip.stop();
});

async function screens(scrip: Scrip, browser: Browser, theme: "light" | "dark"): Promise<Buffer[]> {
  const player = await Player.meets(scrip, browser, { theme, width: 360, height: 720 });
  const { page } = player;
  await page.addStyleTag({ content: ".demo-badge { display: none }" });
  await player.begin(4);
  await page.waitForTimeout(5_200);
  const flying = await page.screenshot();
  await page.getByText(/^You earned 1 /).waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1_500);
  const over = await page.screenshot();
  await player.button(OVER.menu).click();
  await player.go("wallet");
  await player.connect();
  await page.getByText(WALLET.fixed).waitFor();
  await player.go("shop");
  await player.buy("Red pipe");
  await page.getByRole("button", { name: SHOP.using("Red pipe"), pressed: true }).waitFor({ timeout: 60_000 });
  for (const close of await page.getByRole("button", { name: "Dismiss" }).all()) await close.click();
  await page.waitForTimeout(800);
  const shop = await page.screenshot();
  await player.go("leaderboard");
  await page.getByRole("listitem").first().waitFor();
  await page.waitForTimeout(800);
  const leaders = await page.screenshot();
  await player.leaves();
  return [flying, over, shop, leaders];
}

async function sideBySide(browser: Browser, shots: Buffer[], path: string): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: 360 * shots.length + 24 * (shots.length + 1), height: 768 },
  });
  const images = shots.map((shot) => `<img src="data:image/png;base64,${shot.toString("base64")}">`);
  await page.setContent(`<style>body { margin: 24px; display: flex; gap: 24px }
    img { border-radius: 20px; box-shadow: 0 2px 12px #0006 }</style>${images.join("")}`);
  await page.screenshot({ path, omitBackground: true });
  await page.close();
}

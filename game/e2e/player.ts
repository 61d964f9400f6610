import { resolve } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { onTestFailed } from "vitest";
import { GAME, OVER, PLAY, SHOP, TABS, WALLET } from "../src/words/screens";
import { type Phone, phone, type Watched, watch } from "./browser";
import type { Scrip } from "./scrip";

/** Longer than anything on the way from a run to the chain and back. */
export const PATIENCE = 30_000;

/** Somebody new with a phone, who does what people do: by what they see and hear of the page. */
export class Player {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly watched: Watched,
  ) {
    page.setDefaultTimeout(PATIENCE);
  }

  static async meets(scrip: Scrip, browser: Browser, has: Phone = {}): Promise<Player> {
    const context = await phone(browser, has);
    const page = await context.newPage();
    const player = new Player(context, page, watch(context, page, scrip.origin));
    onTestFailed(({ task }) => player.shoot(`failed ${task.name}`));
    await page.goto(scrip.game);
    await player.button(PLAY.play).waitFor();
    await page.waitForFunction(() => window.scripDemo !== undefined);
    return player;
  }

  button(name: string) {
    return this.page.getByRole("button", { name, exact: true });
  }

  heading(name: string) {
    return this.page.getByRole("heading", { name, exact: true });
  }

  text(text: string) {
    return this.page.getByText(text, { exact: true });
  }

  async name(): Promise<string> {
    return this.page.evaluate(() => window.scripDemo?.person.name ?? "");
  }

  async go(tab: keyof typeof TABS): Promise<void> {
    await this.page.getByRole("navigation", { name: GAME.navigation }).getByRole("button", { name: TABS[tab] }).click();
  }

  /** Begins a run; a program that never fails flies it, until it has so many points. */
  async begin(score: number, words = PLAY.play): Promise<void> {
    await this.page.evaluate((score) => {
      if (window.scripDemo) window.scripDemo.pilot = score;
    }, score);
    await this.button(words).click();
    await this.text(GAME.hint).waitFor();
    await this.page.keyboard.press("Space");
  }

  /** A whole run, until the end of it is shown. */
  async fly(score: number, words = PLAY.play): Promise<void> {
    await this.begin(score, words);
    await this.heading(OVER.title).waitFor({ timeout: PATIENCE + score * 2_000 });
  }

  /** By TON Connect, which asks a wallet of this browser at once, and the wallet's own question. */
  async connect(answer: "confirm" | "reject" = "confirm"): Promise<void> {
    await this.button(WALLET.connect).first().click();
    await this.page.getByTestId(`demo-wallet-${answer}`).click();
  }

  /** Whatever the price is. */
  async buy(item: string, answer: "confirm" | "reject" = "confirm"): Promise<void> {
    const start = SHOP.buy(item, "");
    await this.page.getByRole("button", { name: new RegExp(`^${start}`) }).click();
    await this.page.getByTestId(`demo-wallet-${answer}`).click();
  }

  /** What there is to see, into a file that nobody commits. */
  async shoot(name: string): Promise<void> {
    const file = `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.png`;
    await this.page.screenshot({ path: resolve("e2e/shots", file), timeout: 5_000 });
  }

  async leaves(): Promise<void> {
    await this.context.close();
  }
}

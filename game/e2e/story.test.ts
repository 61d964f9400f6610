import { describe, expect, test } from "vitest";
import { pipeFor } from "../src/look/pipes";
import { LEADERBOARD, OVER, SHOP, WALLET } from "../src/words/screens";
import { items, jettons } from "./chain";
import { PATIENCE, Player } from "./player";
import { stage } from "./stage";

const on = stage();

describe("somebody new", () => {
  test("flies, connects a wallet, is paid on the chain, buys the red pipe, and stands on the leaderboard", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    const { page } = player;
    const config = await (await fetch(`${on.scrip.origin}/config`)).json();
    const red = config.items.find((item: { name: string }) => item.name === "Red pipe");

    await player.fly(11);
    await page.getByText(new RegExp(`^You earned 11 ${config.token.symbol}`)).waitFor();
    await page.getByText(config.rules.achievements[0].name).first().waitFor();

    await player.button(OVER.menu).click();
    await player.go("wallet");
    await player.connect();
    await page.getByText(WALLET.fixed).waitFor();
    const owner = await page.evaluate(() => {
      const me = window.scripDemo?.started.model.me.value;
      return me?.is === "there" ? me.value.wallet : null;
    });
    expect(owner).toMatch(/^0:[0-9a-fA-F]{64}$/);

    // The same number, by the chain and by the game.
    const unit = 10n ** BigInt(config.token.decimals);
    await expect.poll(() => jettons(on.scrip.chain, config.chain.minter.address, owner ?? ""), SLOWLY).toBe(11n * unit);
    await expect.poll(() => items(on.scrip.chain, owner ?? ""), SLOWLY).toBe(1);
    await expect
      .poll(() => page.locator(".figures, dl").allInnerTexts(), SLOWLY)
      .toContainEqual(expect.stringContaining("11"));

    await player.go("shop");
    await player.buy(red.name);
    const card = page.getByRole("listitem").filter({ hasText: red.name });
    await card.getByRole("button", { name: SHOP.using(red.name), pressed: true }).waitFor({ timeout: PATIENCE });
    expect(await page.evaluate(() => window.scripDemo?.started.model.look.value.pipe)).toEqual(
      pipeFor(red.id, red.name),
    );
    const left = 11n * unit - BigInt(red.price_units);
    await expect.poll(() => jettons(on.scrip.chain, config.chain.minter.address, owner ?? ""), SLOWLY).toBe(left);

    await player.go("leaderboard");
    await player.heading(LEADERBOARD.title).waitFor();
    const mine = page.getByRole("listitem").filter({ hasText: LEADERBOARD.you });
    expect(await mine.textContent()).toContain(await player.name());
    expect(await mine.textContent()).toContain("11");

    expect(player.watched).toEqual({ troubles: [], strangers: [] });
    await player.leaves();
  });

  test("finds everything again the next day", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    await player.fly(1);
    await player.page.getByText(/^You earned 1 /).waitFor();
    await player.page.reload();
    await player.go("wallet");
    await player.connect();
    await player.page.getByText(WALLET.fixed).waitFor();
    await player.page.reload();
    await player.go("wallet");
    // Neither is the wallet asked for again.
    await player.page.getByText(WALLET.fixed).waitFor();
    expect(await player.page.getByTestId("demo-wallet").count()).toBe(0);
    expect(player.watched).toEqual({ troubles: [], strangers: [] });
    await player.leaves();
  });
});

const SLOWLY = { timeout: PATIENCE, interval: 200 };

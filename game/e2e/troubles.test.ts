import { describe, expect, test } from "vitest";
import { NOTICES, OVER, PLAY, SHOP, WALLET } from "../src/words/screens";
import { PATIENCE, Player } from "./player";
import { Scrip } from "./scrip";
import { stage } from "./stage";

const on = stage();

describe("when something is in the way", () => {
  test("a run without a network is kept, and counts once there is one", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    await expect.poll(() => runsAhead(player), { timeout: PATIENCE }).toBeGreaterThan(0);
    await player.context.setOffline(true);
    await player.fly(2);
    await player.text(OVER.later).waitFor();
    await player.fly(1, OVER.again);
    await player.text(OVER.later).waitFor();
    // Even if the game is closed meanwhile.
    await player.context.setOffline(false);
    await player.page.reload();
    await player.page.getByText("A run of before counts now. Score: 2, tokens: 1.").waitFor();
    await player.page.getByText("A run of before counts now. Score: 1, tokens: 1.").waitFor();
    await player.leaves();
  });

  test("a server that does not answer is named, and the run is handed in when it does", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    await player.context.route("**/played", (route) => route.abort("connectionrefused"));
    await player.fly(1);
    await player
      .text(OVER.later)
      .or(player.page.getByText(/server does not answer/))
      .first()
      .waitFor();
    await player.context.unroute("**/played");
    await player.page.getByText(/^You earned 1 /).waitFor();
    await player.leaves();
  });

  test("a score that the run does not give is refused, and says so", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    await player.context.route("**/played", async (route) => {
      const body = route.request().postDataJSON();
      await route.continue({ postData: JSON.stringify({ ...body, score: 1_000 }) });
    });
    await player.fly(1);
    await player.page.getByText(OVER.refused).first().waitFor();
    await player.leaves();
  });

  test("a wallet that says no, and one that is closed, change nothing, and it is said", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    await player.go("wallet");
    await player.connect("reject");
    await player.page.getByText("You said no in the wallet. Nothing was connected.").waitFor();
    await player.button(NOTICES.dismiss).click();
    await player.button(WALLET.connect).click();
    await player.page.getByTestId("demo-wallet").waitFor();
    await player.page.keyboard.press("Escape");
    await player.page.getByText("You said no in the wallet. Nothing was connected.").waitFor();
    await player.connect();
    await player.page.getByText(WALLET.fixed).waitFor();
    await player.leaves();
  });

  test("a payment that is rejected costs nothing, and one on a slow chain is not lost", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    await player.fly(1);
    await player.button(OVER.menu).click();
    await player.go("wallet");
    await player.connect();
    await player.go("shop");
    await player.buy("Red pipe", "reject");
    await player.page.getByText(/You said no in the wallet\. Red pipe was not bought/).waitFor();
    // The server sees nothing of it for a while.
    await player.context.route("**/purchases", (route) => route.fulfill({ json: { ok: true, purchases: [] } }));
    await player.buy("Red pipe");
    const card = player.page.getByRole("listitem").filter({ hasText: "Red pipe" });
    await card.getByText(SHOP.coming).waitFor();
    await player.page.reload();
    await player.go("shop");
    await card.getByText(SHOP.coming).waitFor();
    await player.context.unroute("**/purchases");
    await card.getByRole("button", { name: SHOP.using("Red pipe"), pressed: true }).waitFor();
    await player.leaves();
  });

  test("what costs more than one has is said before the wallet is asked", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    await player.go("wallet");
    await player.connect();
    await player.go("shop");
    const dear = player.page.getByRole("listitem").filter({ hasText: "Golden pipe" });
    await dear.getByText(/missing$/).waitFor();
    expect(await dear.getByRole("button").isDisabled()).toBe(true);
    await player.leaves();
  });

  test("a server that is gone for good is told on every screen, and one can still fly", async () => {
    const own = await Scrip.start();
    const player = await Player.meets(own, on.browser);
    await expect.poll(() => runsAhead(player), { timeout: PATIENCE }).toBeGreaterThan(0);
    await own.kill();
    await player.fly(1);
    await player.page
      .getByText(/Your run is kept|server does not answer/)
      .first()
      .waitFor();
    await player.button(OVER.menu).click();
    await player.go("leaderboard");
    await player.page
      .getByText(/server does not answer|out of date/)
      .first()
      .waitFor();
    await player.go("play");
    await player.button(PLAY.play).waitFor();
    await own.stop();
    await player.leaves();
  });
});

/** How many runs the phone has got ahead. */
function runsAhead(player: Player): Promise<number> {
  return player.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("ahead:")).length);
}

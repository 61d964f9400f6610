import { createServer } from "vite";
import { expect, test } from "vitest";
import { PLAY } from "../src/words/screens";
import { stage } from "./stage";

const on = stage();

test("npm run dev shows the demonstration's page, over the demonstration's server", async () => {
  process.env.SCRIP_URL = on.scrip.origin;
  const dev = await createServer({
    configFile: "vite.config.ts",
    cacheDir: "node_modules/.vite-develop",
    server: { port: 0 },
    logLevel: "error",
  });
  await dev.listen();
  const page = await on.browser.newPage();
  await page.goto(`${dev.resolvedUrls?.local[0]}demo.html`);
  await page.getByRole("button", { name: PLAY.play, exact: true }).waitFor();
  await page.getByText("No run yet").waitFor();
  expect(await page.evaluate(() => window.scripDemo?.person.name)).toBeTruthy();
  await page.close();
  await dev.close();
});

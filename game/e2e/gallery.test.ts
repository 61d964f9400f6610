import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STATES } from "../tests/screens/states";
import { launch } from "./browser";

/**
 * Every state of every screen, in a browser, by axe: contrast, names, roles, order, size of what is touched. In light and dark, with our
 * colours and with Telegram's.
 */
const LOOKS = ["theme=light", "theme=dark", "theme=light&telegram", "theme=dark&telegram"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
type Axe = typeof import("axe-core");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let server: ViteDevServer;
let browser: Browser;

beforeAll(async () => {
  server = await createServer({
    configFile: "vite.config.ts",
    // Apart from that of a `npm run dev` that goes on beside it.
    cacheDir: "node_modules/.vite-gallery",
    server: { port: 0 },
    logLevel: "error",
  });
  await server.listen();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test.each(LOOKS)("nothing that keeps anybody out: %s", async (look) => {
  const page = await browser.newPage({ viewport: { width: 360, height: 640 }, reducedMotion: "reduce" });
  const found: string[] = [];
  page.on("pageerror", (error) => found.push(String(error)));
  await page.goto(`${server.resolvedUrls?.local[0]}gallery.html`);
  await page.evaluate(AXE);
  for (const state of Object.keys(STATES)) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `state=${state}&${look}`);
    await page.waitForSelector(`[data-state="${state}"] .frame`);
    found.push(...(await axe(page)).map((line) => `${state}: ${line}`));
    found.push(...(await tooWide(page)).map((line) => `${state}: ${line} is wider than the screen`));
    found.push(...(await tooSmall(page)).map((line) => `${state}: ${line} is too small for a finger`));
  }
  await page.close();
  expect(found).toEqual([]);
});

function axe(page: Page): Promise<string[]> {
  return page.evaluate(async (rules) => {
    const { violations } = await (window as unknown as { axe: Axe }).axe.run(document, { runOnly: rules });
    return violations.flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html, any }) => `${id} (${impact}): ${html.slice(0, 200)} ${any[0]?.message ?? ""}`),
    );
  }, RULES);
}

/** Nothing is to be scrolled sideways, on the smallest phone either. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll("main *")].filter(
      (one) => one.getBoundingClientRect().right > innerWidth + 1,
    );
    return all.map((one) => one.outerHTML.slice(0, 100));
  });
}

/** In CSS pixels (WCAG 2.2, 2.5.5). */
const FINGER = 44;

function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate((finger) => {
    const all = [...document.querySelectorAll("button, a")].filter((one) => {
      const { width, height } = one.getBoundingClientRect();
      return Math.min(width, height) < finger;
    });
    return all.map((one) => one.outerHTML.slice(0, 100));
  }, FINGER);
}

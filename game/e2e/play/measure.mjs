// What a phone six times as slow as this machine has to do for each picture, and when it shows the first: `node e2e/play/measure.mjs` in game/.
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";

const SLOWER = 6;
/** Frames in which the browser has not compiled yet what runs in each. */
const WARM = 120;
const FRAMES = 400;
// The graphics card is made up by the processor here: with a phone's three pixels for one, there would be too few frames to measure.
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1, hasTouch: true };
const WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

const here = fileURLToPath(new URL(".", import.meta.url));
const outDir = fileURLToPath(new URL("../shots/play", import.meta.url));
const config = {
  root: here,
  configFile: false,
  logLevel: "error",
  base: "./",
  build: { outDir, emptyOutDir: true, target: "es2022" },
};
await build(config);
const server = await preview({ ...config, preview: { port: 0, host: "127.0.0.1" } });
const browser = await chromium.launch({
  executablePath: process.env.SCRIP_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-quic", ...WEBGL],
});

const address = server.resolvedUrls.local[0];
for (const slower of [1, SLOWER]) {
  const page = await (await browser.newContext(PHONE)).newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slower });
  await page.goto(address);
  await page.waitForFunction(() => performance.getEntriesByName("game").length > 0);
  print(`processor ${slower} times slower: pictures`, await page.evaluate(firstPictures));
  await flown(page, WARM + FRAMES);
  print("  own work, idle", spread((await page.evaluate(() => window.play.work())).slice(WARM)));
  await page.evaluate(() => window.alone(7, 60));
  await flown(page, WARM + 2 * FRAMES);
  print("  own work, flying", spread((await page.evaluate(() => window.play.work())).slice(WARM + FRAMES)));
  if (slower === 1) print(`  processor time, flying, ${SLOWER} times`, spread(await processorTimes()));
  await page.close();
}
await browser.close();
server.httpServer.close();

/** What the page's thread alone has used for each frame, whatever else this machine does, multiplied. */
async function processorTimes() {
  const tracer = await browser.newBrowserCDPSession();
  const events = [];
  tracer.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await tracer.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["devtools.timeline"] },
  });
  await new Promise((done) => setTimeout(done, 8_000));
  const complete = new Promise((done) => tracer.once("Tracing.tracingComplete", done));
  await tracer.send("Tracing.end");
  await complete;
  const frames = events.filter(({ name, tdur }) => name === "FireAnimationFrame" && tdur !== undefined);
  return frames.map(({ tdur }) => (tdur / 1_000) * SLOWER);
}

/** Until there were so many frames, or a minute has passed. */
async function flown(page, frames) {
  await page
    .waitForFunction((frames) => window.play.work().length >= frames, frames, { timeout: 60_000 })
    .catch(() => {});
}

function firstPictures() {
  const ms = (name) => Math.round(performance.getEntriesByName(name)[0].startTime);
  return { still_ms: ms("first-contentful-paint"), game_ms: ms("game") };
}

function spread(times) {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part) => Number(sorted[Math.floor((sorted.length - 1) * part)]?.toFixed(2));
  return { frames: sorted.length, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), most_ms: at(1) };
}

function print(what, figures) {
  process.stdout.write(`${what} ${JSON.stringify(figures)}\n`);
}

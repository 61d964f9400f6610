import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CDPSession } from "playwright-core";
import { describe, expect, test } from "vitest";
import { PLAY } from "../src/words/screens";
import { phone } from "./browser";
import { Player } from "./player";
import { stage } from "./stage";

/** A phone of some years ago, beside this machine. */
const SLOWER = 6;
const FRAME_MS = 1_000 / 60;
/** Compressed, as it goes over the network. */
const FIRST_PICTURE_MOST = 450_000;
const ALL_MOST = 650_000;

const on = stage();

describe("on a slow phone", () => {
  test("what is loaded is small", async () => {
    const assets = resolve("dist/assets");
    const all = readdirSync(assets).filter((name) => !name.endsWith(".br") && !name.startsWith("demo"));
    const sum = all.map((name) => compressed(join(assets, name))).reduce((a, b) => a + b, 0);
    const wallets = all.filter((name) => name.startsWith("ton_connect")).map((name) => compressed(join(assets, name)));
    const first = sum - wallets.reduce((a, b) => a + b, 0);
    say(`Loaded before the first picture: ${kilobytes(first)}, with wallets: ${kilobytes(sum)} (brotli).`);
    expect(first).toBeLessThan(FIRST_PICTURE_MOST);
    expect(sum).toBeLessThan(ALL_MOST);
  });

  test("there is something to play with soon", async () => {
    const context = await phone(on.browser);
    const page = await context.newPage();
    await page.goto(on.scrip.game);
    await page.getByRole("button", { name: PLAY.play, exact: true }).waitFor();
    const menu = await page.evaluate(() => performance.now());
    const playable = await page.evaluate(async () => {
      while (window.scripDemo === undefined) await new Promise(requestAnimationFrame);
      await window.scripDemo.started.play;
      return performance.now();
    });
    say(`Menu seen after at most ${Math.round(menu)} ms, first playable picture after ${Math.round(playable)} ms.`);
    expect(await page.evaluate(async () => (await window.scripDemo?.started.play) !== null)).toBe(true);
    await context.close();
  });

  test("a frame's work leaves room in it", async () => {
    const player = await Player.meets(on.scrip, on.browser);
    const session = await player.context.newCDPSession(player.page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await player.begin(1_000);
    const times = await player.page.evaluate(async () => {
      const play = await window.scripDemo?.started.play;
      await new Promise((done) => setTimeout(done, 2_000));
      const before = play?.work().length ?? 0;
      await new Promise((done) => setTimeout(done, 8_000));
      return play?.work().slice(before) ?? [];
    });
    const sorted = [...times].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    say(
      `CPU ${SLOWER} times slower, ${sorted.length} frames: own work p50 ${at(0.5).toFixed(2)} ms, ` +
        `p95 ${at(0.95).toFixed(2)} ms, p99 ${at(0.99).toFixed(2)} ms, most ${at(1).toFixed(2)} ms; a frame has ${FRAME_MS.toFixed(1)} ms.`,
    );
    await session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    const each = await processorTime(session, player);
    say(`Processor time of a frame, ${SLOWER} times: ${(each * SLOWER).toFixed(2)} ms on average.`);
    expect(each * SLOWER).toBeLessThan(FRAME_MS);
    expect(sorted.length).toBeGreaterThan(60);
    // Half of all frames: what else this machine does makes single ones slow.
    expect(at(0.5)).toBeLessThan(FRAME_MS);
    await player.leaves();
  });
});

/** What the page's thread itself used for a frame, in milliseconds: without what it waited for, such as a graphics card made of software. */
async function processorTime(session: CDPSession, player: Player): Promise<number> {
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const used = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
  };
  const before = await used();
  const frames = await player.page.evaluate(async (forMs) => {
    const end = performance.now() + forMs;
    let count = 0;
    for (; performance.now() < end; count++) await new Promise(requestAnimationFrame);
    return count;
  }, 5_000);
  return (((await used()) - before) * 1_000) / frames;
}

function compressed(file: string): number {
  try {
    return statSync(`${file}.br`).size;
  } catch {
    return readFileSync(file).length;
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(0)} kB`;
}

/** Not by the console, which the runner decorates. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

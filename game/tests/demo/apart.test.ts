import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

/** Every file of ours that a page loads, sooner or later. */
function reached(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const [, path = ""] of readFileSync(entry, "utf8").matchAll(/(?:from|import)[\s(]*"(\.[^"]+)"/g)) {
    const base = join(dirname(entry), path.replace(/\?.*/, ""));
    const file = [base, `${base}.ts`, `${base}.tsx`].find((name) => existsSync(name) && /\.\w+$/.test(name));
    if (file === undefined) throw new Error(`${entry} loads ${path}, which is not there`);
    reached(file, seen);
  }
  return seen;
}

test("a real game has nothing of the demonstration", () => {
  const ofDemo = reached(resolve("src/demo/main.ts"));
  const ofGame = reached(resolve("src/main.ts"));
  expect([...ofGame].filter((file) => file.includes("/demo/"))).toEqual([]);
  expect([...ofGame].some((file) => file.endsWith("ton_connect.ts"))).toBe(true);
  expect([...ofDemo].filter((file) => file.includes("/demo/")).length).toBeGreaterThan(5);
  expect(readFileSync("index.html", "utf8")).not.toContain("/demo/");
});

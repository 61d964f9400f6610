import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CONSTANTS } from "../../src/flight/constants";
import type { Ended } from "../../src/flight/outcome";
import { replay } from "../../src/flight/replay";

/** The runs that the server's simulation was asked about as well: `crates/flight/README.md` says how a line is read. */
const file = readFileSync(new URL("../../../crates/flight/vectors.txt", import.meta.url), "utf8");
const [constants = "", ...lines] = file.trimEnd().split("\n");
const ENDED: Record<string, Ended> = { g: "ground", p: "pipe", t: "time" };

test("the two simulations have the same numbers", () => {
  expect(CONSTANTS).toEqual(JSON.parse(constants));
});

test("ten thousand runs come to what they come to on the server", () => {
  expect(lines).toHaveLength(10_000);
  const differ = lines.filter((line) => JSON.stringify(played(line)) !== JSON.stringify(written(line)));
  expect(differ.slice(0, 3)).toEqual([]);
});

function played(line: string) {
  const [seed = "", , , , , , flaps = ""] = line.split(" ");
  let at = 0;
  const ticks = flaps === "" ? [] : flaps.split(",").map((more) => (at += number(more)));
  return replay(number(seed), ticks);
}

function written(line: string) {
  const [, score = "", ticks = "", ended = "", y = "", distance = ""] = line.split(" ");
  return { score: number(score), ticks: number(ticks), ended: ENDED[ended], y: number(y), distance: number(distance) };
}

const number = (text: string) => Number.parseInt(text, 36);

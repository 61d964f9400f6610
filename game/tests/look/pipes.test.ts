import { expect, test } from "vitest";
import { GREEN, pipeFor } from "../../src/look/pipes";

test("the pipe that is always there is green", () => {
  expect(pipeFor("green", "Green pipe")).toEqual(GREEN);
});

test("a pipe has the colour that its name says, whatever its number", () => {
  const red = pipeFor("1", "");
  expect(pipeFor("17", "Red pipe")).toEqual({ ...red, name: "Red pipe" });
  expect(pipeFor("gold", "").body).toBe(pipeFor("3", "").body);
  expect(pipeFor("2", "A blue one").body).toBe(pipeFor("2", "").body);
});

test("pipes whose names say nothing differ from each other, and are always the same", () => {
  const bodies = Array.from({ length: 40 }, (_, at) => pipeFor(String(at + 1), "Pipe").body);
  expect(new Set(bodies).size).toBe(40);
  expect(bodies).not.toContain(GREEN.body);
  expect(pipeFor("striped", "Striped").body).toBe(pipeFor("striped", "Striped").body);
});

test("edges stand out from bodies, so that a pipe is seen before any sky", () => {
  for (const look of [GREEN, ...["1", "2", "3", "4"].map((item) => pipeFor(item, ""))]) {
    expect(contrast(look.edge, look.body), look.name).toBeGreaterThan(3);
  }
});

/** As WCAG 2 reckons it. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

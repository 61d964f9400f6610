/** How a pipe is painted. */
export interface PipeLook {
  name: string;
  /** From left to right: edge, body, light. As CSS writes colours. */
  edge: string;
  body: string;
  light: string;
}

export const GREEN: PipeLook = { name: "Green pipe", edge: "#154a27", body: "#3fae54", light: "#8fdc8a" };

/** The colours that the shop's items are called after, in the order of its numbers: the first one that was ever sold is red. */
const SOLD: readonly { word: RegExp; look: Omit<PipeLook, "name"> }[] = [
  { word: /\b(red|crimson|scarlet|ruby)\b/i, look: { edge: "#520c15", body: "#e0404a", light: "#ff9a94" } },
  { word: /\b(blue|azure|sapphire)\b/i, look: { edge: "#102956", body: "#3478d8", light: "#92c4ff" } },
  { word: /\b(gold|golden|yellow)\b/i, look: { edge: "#7a5200", body: "#eeb422", light: "#fff0a0" } },
  { word: /\b(violet|purple|amethyst)\b/i, look: { edge: "#30115a", body: "#8a4fd8", light: "#cfaeff" } },
];

/**
 * How the pipe of an item looks: by its name where that says a colour, else by its number, else in a colour of its own which is the same every time.
 */
export function pipeFor(item: string, name: string): PipeLook {
  if (item === "green" || /\bgreen\b/i.test(name)) return { ...GREEN, name };
  const word = SOLD.find((sold) => sold.word.test(name) || sold.word.test(item));
  const look = word?.look ?? SOLD[Number(item) - 1]?.look ?? ofHue(hue(item));
  return { name, ...look };
}

/** Numbers one after the other get hues far apart: each is a golden angle further. */
function hue(item: string): number {
  const number = /^\d+$/.test(item) ? Number(item) : [...item].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return Math.round((number * 137.508 + 212.5) % 360);
}

function ofHue(hue: number): Omit<PipeLook, "name"> {
  return { edge: `hsl(${hue} 65% 22%)`, body: `hsl(${hue} 60% 50%)`, light: `hsl(${hue} 85% 80%)` };
}

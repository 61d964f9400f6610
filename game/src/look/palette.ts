/** The colours of everything but bird and pipes. */
export interface Palette {
  /** From above down to the horizon. */
  sky: readonly string[];
  stars: boolean;
  /** Sun or moon: its middle, and the shine around it. */
  disc: readonly [string, string];
  cloud: string;
  cloudShade: string;
  far: readonly [string, string];
  near: readonly [string, string];
  trees: readonly [string, string];
  bushes: readonly [string, string];
  grass: readonly [string, string];
  soil: readonly [string, string];
  line: string;
}

export const DAY: Palette = {
  sky: ["#4fb0ee", "#8fd3f8", "#d7f2fb", "#fff4d6"],
  stars: false,
  disc: ["#fffbe0", "rgba(255, 244, 190, 0)"],
  cloud: "#ffffff",
  cloudShade: "#dceffa",
  far: ["#a5d5dc", "#c9ead9"],
  near: ["#74c19b", "#a5dca0"],
  trees: ["#4a9f78", "#8a6a4f"],
  bushes: ["#4fae6b", "#7ccf74"],
  grass: ["#9be05f", "#67b846"],
  soil: ["#f0d9a0", "#dcbb79"],
  line: "#3f6f3a",
};

/** Dusk: the night has come from above, and the horizon still glows. */
export const NIGHT: Palette = {
  sky: ["#0f1638", "#222a5e", "#4a3f7d", "#c7718a"],
  stars: true,
  disc: ["#fdf6dc", "rgba(214, 208, 255, 0)"],
  cloud: "#5a5691",
  cloudShade: "#474479",
  far: ["#453f78", "#6b5089"],
  near: ["#2c3464", "#3f3f74"],
  trees: ["#1f2a55", "#191f42"],
  bushes: ["#1f3a52", "#2a4a5c"],
  grass: ["#4f9072", "#2f6656"],
  soil: ["#5b4f6a", "#473d58"],
  line: "#16283a",
};

export function paletteOf(theme: "light" | "dark"): Palette {
  return theme === "dark" ? NIGHT : DAY;
}

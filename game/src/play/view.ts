/** The screen of the simulation, in pixels of the game. */
export const SCREEN = { width: 360, height: 640, ground: 560 } as const;

/** More pixels than these for one of the page's nobody sees, and everybody's battery pays for. */
const RATIO_MOST = 3;

/** What part of the game's plane is seen, in its own pixels: all of the simulation's screen, and more of the world around it where there is room. */
export interface View {
  left: number;
  top: number;
  width: number;
  height: number;
  /** The device's pixels for each of the game's. */
  pixels: number;
  /** The device's pixels for each of the page's. */
  ratio: number;
}

export interface Place {
  /** In the page's pixels. */
  width: number;
  height: number;
  devicePixelRatio: number;
}

/** What is above the simulation's screen is sky, what is below is earth, what is beside is more of the level: there are no bars. */
export function viewOf(place: Place): View {
  const ratio = Math.min(Math.max(place.devicePixelRatio, 1), RATIO_MOST);
  const [across, down] = [Math.max(place.width, 1), Math.max(place.height, 1)];
  const scale = Math.min(across / SCREEN.width, down / SCREEN.height);
  const [width, height] = [across / scale, down / scale];
  return {
    left: (SCREEN.width - width) / 2,
    top: (SCREEN.height - height) / 2,
    width,
    height,
    pixels: scale * ratio,
    ratio,
  };
}

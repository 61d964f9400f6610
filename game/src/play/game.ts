import { AUTO, Core, Game, Scale } from "phaser";
import type { CourseEvents } from "./course";
import { Picture } from "./picture";
import type { Look } from "./play";
import type { View } from "./view";
import type { Work } from "./work";

/** Phaser with one scene, and nothing of what it has for input, sound and layout. */
export interface Shown {
  picture: Picture;
  canvas: HTMLCanvasElement;
  resize(view: View): void;
  destroy(): void;
}

export interface Show {
  parent: HTMLElement;
  look: Look;
  view: View;
  events: CourseEvents;
  calm: () => boolean;
  work: Work;
}

/**
 * One texture for each draw call: which of many a fragment takes is interpolated over the shape, and where that is not exact parts of a tilted bird take
 * a wrong one and are gone. There are few textures, and they are drawn one after the other.
 */
const RENDER = { antialiasGL: false, powerPreference: "low-power", maxTextures: 1, stencil: false };

/** The first picture is on the screen when the promise is fulfilled. */
export function show({ parent, look, view, events, calm, work }: Show): Promise<Shown> {
  const picture = new Picture(events, calm, look, view);
  const game = new Game({
    type: AUTO,
    parent,
    scale: { mode: Scale.NONE, ...sizeOf(view), zoom: 1 / view.ratio },
    scene: picture,
    banner: false,
    autoFocus: false,
    audio: { noAudio: true },
    input: { keyboard: false, mouse: false, touch: false, gamepad: false, windowEvents: false },
    render: RENDER,
  });
  game.events.on(Core.Events.PRE_STEP, () => work.begin());
  game.events.on(Core.Events.POST_RENDER, () => work.end());
  game.events.on(Core.Events.HIDDEN, () => picture.course.wait());
  const shown = {
    picture,
    get canvas() {
      return game.canvas;
    },
    resize(view: View) {
      const { width, height } = sizeOf(view);
      game.scale.setZoom(1 / view.ratio);
      game.scale.resize(width, height);
    },
    destroy: () => game.destroy(true),
  };
  return new Promise((there) => {
    game.events.once(Core.Events.POST_RENDER, () => there(shown));
  });
}

function sizeOf(view: View) {
  return { width: Math.round(view.width * view.pixels), height: Math.round(view.height * view.pixels) };
}

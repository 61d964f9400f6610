import { listen } from "./input";
import { lessMotion } from "./motion";
import type { Mount, Play, PlayEvents } from "./play";
import { Sound } from "./sound";
import { still } from "./still";
import { type View, viewOf } from "./view";
import { Work } from "./work";

/** Shows a still picture at once, and the game as soon as Phaser has come. */
export const mount: Mount = async (parent, look, events) => {
  let shownLook = look;
  let view = viewIn(parent);
  if (getComputedStyle(parent).position === "static") parent.style.position = "relative";
  const first = still(look, view);
  parent.append(first);

  const [sound, work, calm] = [new Sound(), new Work(), lessMotion()];
  await painted();
  const { show } = await import("./game");
  const shown = await show({ parent, look, view, events: heard(events, sound), calm, work });
  place(shown.canvas);
  first.remove();

  const { course } = shown.picture;
  const flap = () => {
    sound.touched();
    course.flap();
  };
  const wants = () => course.phase === "ready" || course.phase === "flying" || course.phase === "waiting";
  const change = () => shown.picture.change(shownLook, view);
  const stops = [
    listen(shown.canvas, wants, flap),
    watchTouches(sound),
    watchSize(parent, () => {
      view = viewIn(parent);
      shown.resize(view);
      place(shown.canvas);
      change();
    }),
  ];

  const play: Play = {
    ready: (seed) => course.ready(seed),
    setLook(look) {
      shownLook = look;
      change();
    },
    setSound: (on) => sound.set(on),
    flap,
    idle: () => course.idle(),
    work: () => work.list(),
    destroy() {
      for (const stop of stops) stop();
      sound.destroy();
      shown.destroy();
    },
  };
  return play;
};

/** When the browser has shown what there is: evaluating Phaser would hold it up. A page that is not seen shows nothing, and does not wait. */
function painted(): Promise<void> {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 150);
  });
}

function viewIn(parent: HTMLElement): View {
  return viewOf({ width: parent.clientWidth, height: parent.clientHeight, devicePixelRatio: window.devicePixelRatio });
}

/** Phaser writes whole pixels; the picture fills its parent to the last of them. */
function place(canvas: HTMLCanvasElement): void {
  const filling = {
    position: "absolute",
    inset: "0",
    width: "100%",
    height: "100%",
    touchAction: "none",
    userSelect: "none",
  };
  Object.assign(canvas.style, filling);
}

function heard(events: PlayEvents, sound: Sound) {
  return {
    began: () => events.began(),
    ended: events.ended.bind(events),
    steps: (state: Parameters<NonNullable<PlayEvents["steps"]>>[0]) => events.steps?.(state),
    hit: () => sound.hit(),
    flapped() {
      sound.flap();
      events.flapped();
    },
    scored(score: number) {
      sound.point();
      events.scored(score);
    },
  };
}

/** Browsers let a page sound only from within what a player does; and nobody wants to hear a page that is not seen. */
function watchTouches(sound: Sound): () => void {
  const touched = () => sound.touched();
  const hidden = () => (document.hidden ? sound.hush() : undefined);
  window.addEventListener("pointerdown", touched, { passive: true });
  window.addEventListener("keydown", touched);
  document.addEventListener("visibilitychange", hidden);
  return () => {
    window.removeEventListener("pointerdown", touched);
    window.removeEventListener("keydown", touched);
    document.removeEventListener("visibilitychange", hidden);
  };
}

function watchSize(parent: HTMLElement, changed: () => void): () => void {
  let [width, height] = [parent.clientWidth, parent.clientHeight];
  const watch = new ResizeObserver(() => {
    if (parent.clientWidth === width && parent.clientHeight === height) return;
    [width, height] = [parent.clientWidth, parent.clientHeight];
    changed();
  });
  watch.observe(parent);
  return () => watch.disconnect();
}

// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { listen } from "../../src/play/input";

let flaps = 0;
let wants = true;
let stop = () => {};

beforeEach(() => {
  stop();
  document.body.innerHTML = `<div id="play"><canvas></canvas></div>
    <main tabindex="-1"><p>Text</p><button>Play</button><input></main>`;
  [flaps, wants] = [0, true];
  stop = listen(
    find("canvas"),
    () => wants,
    () => {
      flaps += 1;
    },
  );
});

function find(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`the page has ${selector}`);
  return found;
}

function press(key: string, where: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  find(where).dispatchEvent(event);
  return event;
}

test("space, the arrow up and enter are flaps, and do not scroll the page", () => {
  for (const key of [" ", "ArrowUp", "Enter"]) expect(press(key, "body").defaultPrevented).toBe(true);
  press("a", "body");
  press("ArrowDown", "body");
  expect(flaps).toBe(3);
});

test("a key that is held down is one flap", () => {
  press(" ", "body");
  expect(press(" ", "body", { repeat: true }).defaultPrevented).toBe(true);
  expect(flaps).toBe(1);
});

test("a key on a button or in a field belongs to that", () => {
  expect(press(" ", "button").defaultPrevented).toBe(false);
  press("Enter", "input");
  press(" ", "body", { ctrlKey: true });
  expect(flaps).toBe(0);
});

test("taps on the picture are flaps, the mouse's other buttons are not", () => {
  const tap = (more: PointerEventInit) => find("canvas").dispatchEvent(new PointerEvent("pointerdown", more));
  tap({ pointerType: "touch" });
  tap({ pointerType: "mouse", button: 0 });
  tap({ pointerType: "mouse", button: 2 });
  find("button").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  expect(flaps).toBe(2);
});

test("nothing is taken from the menus when there is no run, and nothing after the end of it all", () => {
  wants = false;
  expect(press(" ", "body").defaultPrevented).toBe(false);
  wants = true;
  stop();
  press(" ", "body");
  expect(flaps).toBe(0);
});

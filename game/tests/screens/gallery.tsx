import { render } from "preact";
import { App } from "../../src/screens/app";
import { madeUp } from "./made-up";
import { STATES } from "./states";
import { TELEGRAM } from "./themes";

/**
 * Every screen in every state without a server: `npm run dev`, then `/gallery.html` lists them. `#state=shop&theme=dark` shows one, and
 * `&telegram` gives it the colours that Telegram has.
 */
const SKY = { light: "#4fb0ee, #8fd3f8, #d7f2fb, #fff4d6", dark: "#0f1638, #222a5e, #4a3f7d, #c7718a" };

const root = document.getElementById("app");
window.addEventListener("hashchange", show);
show();

function show() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const state = asked.get("state") ?? "";
  if (!root) return;
  render(null, root);
  render(state in STATES ? shot(state, asked) : <All />, root);
  root.dataset.state = state;
}

function shot(state: string, asked: URLSearchParams) {
  const theme = asked.get("theme") === "dark" ? "dark" : "light";
  for (const [key, colour] of Object.entries(TELEGRAM[theme])) {
    document.documentElement.style.setProperty(`--tg-theme-${key}`, asked.has("telegram") ? colour : null);
  }
  const model = madeUp(STATES[state]);
  model.look.value = { ...model.look.value, theme };
  return <App model={model} stage={(parent) => paint(parent, theme)} />;
}

/** A still picture in the place of the game's. */
function paint(parent: HTMLElement, theme: "light" | "dark") {
  parent.style.background =
    "linear-gradient(#3fae54 0 0) 70% 0 / 68px 30% no-repeat, linear-gradient(#3fae54 0 0) 70% 100% / 68px 45% no-repeat, " +
    `linear-gradient(${SKY[theme]})`;
}

function All() {
  return (
    <ul>
      {Object.keys(STATES).map((state) => (
        <li key={state}>
          <a href={`#state=${state}`}>{state}</a> · <a href={`#state=${state}&theme=dark`}>dark</a>
        </li>
      ))}
    </ul>
  );
}

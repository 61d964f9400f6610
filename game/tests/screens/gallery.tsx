import { render } from "preact";
import { App } from "../../src/screens/app";
import { madeUp } from "./made-up";
import { STATES } from "./states";
import { TELEGRAM } from "./themes";

/**
 * Every screen in every state without a server: `npm run dev`, then `/gallery.html` lists them. `?state=shop&theme=dark` shows one,
 * `&telegram` with the colours that Telegram gives.
 */
const asked = new URLSearchParams(location.search);
const name = asked.get("state");
const root = document.getElementById("app");
if (root) render(name ? shot(name) : <All />, root);

function shot(name: string) {
  const theme = asked.get("theme") === "dark" ? "dark" : "light";
  if (asked.has("telegram")) {
    for (const [key, colour] of Object.entries(TELEGRAM[theme]))
      document.documentElement.style.setProperty(`--tg-theme-${key}`, colour);
  }
  const model = madeUp(STATES[name]);
  model.look.value = { ...model.look.value, theme };
  return <App model={model} stage={theme === "dark" ? night : day} />;
}

const day = (parent: HTMLElement) => paint(parent, "#4fb0ee, #8fd3f8, #d7f2fb, #fff4d6");
const night = (parent: HTMLElement) => paint(parent, "#0f1638, #222a5e, #4a3f7d, #c7718a");

/** A still picture in the place of the game's. */
function paint(parent: HTMLElement, sky: string) {
  parent.style.background =
    "linear-gradient(#3fae54 0 0) 70% 0 / 68px 30% no-repeat, linear-gradient(#3fae54 0 0) 70% 100% / 68px 45% no-repeat, " +
    `linear-gradient(${sky})`;
}

function All() {
  return (
    <ul>
      {Object.keys(STATES).map((state) => (
        <li key={state}>
          <a href={`?state=${state}`}>{state}</a> · <a href={`?state=${state}&theme=dark`}>dark</a>
        </li>
      ))}
    </ul>
  );
}

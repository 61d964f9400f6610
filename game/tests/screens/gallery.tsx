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
  return <App model={model} stage={paint} />;
}

/** A still picture in the place of the game's. */
function paint(parent: HTMLElement) {
  parent.style.background =
    "linear-gradient(#3fae54 0 0) 70% 0 / 68px 30% no-repeat, linear-gradient(#3fae54 0 0) 70% 100% / 68px 45% no-repeat, " +
    "linear-gradient(#7ec8e3, #d6f0f5 80%)";
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

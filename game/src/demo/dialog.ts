import * as words from "./words";
import "./demo.css";

/** Asks, and is answered by a button or the keyboard; Escape says no. It lies over everything, TON Connect's window too. */
export function ask(title: string, lines: string[]): Promise<boolean> {
  return open("demo-wallet", title, lines, [
    { text: words.REJECT, value: "no", testId: "demo-wallet-reject" },
    { text: words.CONFIRM, value: "yes", testId: "demo-wallet-confirm" },
  ]).then((value) => value === "yes");
}

/** Says something, until it is closed. */
export async function say(text: string): Promise<void> {
  await open("demo-says", words.BADGE, [text], [{ text: words.CLOSE, value: "", testId: "demo-close" }]);
}

interface Choice {
  text: string;
  value: string;
  testId: string;
}

function open(testId: string, title: string, lines: string[], choices: Choice[]): Promise<string> {
  const dialog = document.createElement("dialog");
  dialog.className = "demo-dialog";
  dialog.dataset.testid = testId;
  const heading = element("h2", title);
  heading.id = `${testId}-title`;
  dialog.setAttribute("aria-labelledby", heading.id);
  const form = document.createElement("form");
  form.method = "dialog";
  form.append(...choices.map(button));
  dialog.append(heading, ...lines.map((line) => element("p", line)), form);
  // TON Connect takes whatever is pressed outside of its window as a wish to close it.
  for (const event of ["click", "mousedown", "pointerdown", "touchstart", "keydown"]) {
    dialog.addEventListener(event, (happened) => happened.stopPropagation());
  }
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector<HTMLElement>("button:last-of-type")?.focus();
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(dialog.returnValue);
    });
  });
}

function button(choice: Choice): HTMLElement {
  const button = document.createElement("button");
  button.textContent = choice.text;
  button.value = choice.value;
  button.dataset.testid = choice.testId;
  return button;
}

export function element<K extends keyof HTMLElementTagNameMap>(name: K, text: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

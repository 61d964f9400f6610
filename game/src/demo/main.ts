import { flapsNow } from "../flight/pilot";
import { type Player, type Started, start } from "../start";
import type { LoadConnector } from "../wallet/connector";
import { why } from "../words/news";
import { badge } from "./badge";
import { element } from "./dialog";
import { signIn } from "./person";
import { type DemoServer, demoServer, type Person } from "./routes";
import { madeUpTelegram } from "./telegram";
import { madeUpWallet } from "./wallet";
import walletsListSource from "./wallets.json?url&no-inline";
import * as words from "./words";

declare global {
  interface Window {
    /** For tests: the game as it runs, and who plays. Only the demonstration has it. */
    scripDemo?: {
      started: Started;
      person: Person;
      /** From now on the game is played by a program that never fails, until it has so many points; null: by whoever sits there. */
      pilot: number | null;
    };
  }
}

const wallets: LoadConnector = async (about) => {
  const { tonConnect } = await import("../wallet/ton_connect");
  return tonConnect(about, new URL(walletsListSource, import.meta.url).href);
};

const pilot: Player = (state, flap) => {
  const least = window.scripDemo?.pilot ?? null;
  if (least !== null && state.score < least && flapsNow(state)) flap();
};

async function begin(root: HTMLElement, server: DemoServer): Promise<void> {
  try {
    const { init_data: initData, person } = await signIn(server);
    madeUpTelegram(initData);
    madeUpWallet(server, person.id);
    root.replaceChildren();
    const started = start(root, wallets, pilot);
    window.scripDemo = { started, person, pilot: null };
    await badge(server, person);
  } catch (error) {
    const again = element("button", words.AGAIN);
    again.addEventListener("click", () => void begin(root, server));
    root.replaceChildren(element("p", words.notStarted(why(error))), again);
  }
}

const root = document.getElementById("app");
if (root !== null) void begin(root, demoServer());

import { batch, effect, type Signal, signal, untracked } from "@preact/signals";
import type { Look } from "../play/play";
import { isSameGame } from "../runs/same_game";
import type { GameConfig, Leaderboard, Me, Tokens } from "../server/answers";
import type { Server } from "../server/client";
import type { Surroundings } from "../telegram/surroundings";
import type { LoadConnector } from "../wallet/connector";
import * as words from "../words/news";
import { createFlights, type Flights } from "./flights";
import type { Keep } from "./keep";
import { refresh, reload } from "./loaded";
import { known, type Loaded, type Model, type Screen, type Settings } from "./model";
import { createNews, type News } from "./news";
import { createPolls, type Polls } from "./polls";
import { createShop } from "./shop";
import { createWalletLink } from "./wallet_link";

export interface Made {
  model: Model;
  flights: Flights;
  polls: Polls;
  tell: News["tell"];
  /** Asks the server: as soon as there is a menu. */
  begin(): void;
  /** What is not needed for the first picture. */
  rest(): Promise<void>;
}

export interface Around {
  surroundings: Surroundings;
  server: Server;
  keep: Keep;
  wallets: LoadConnector;
  /** Whoever presses Play earlier waits for it: a picture that is not there hears no flap. */
  painted?: Promise<unknown>;
}

export function createModel({ surroundings, server, keep, wallets, painted }: Around): Made {
  const earns = surroundings.initData !== null;
  const news = createNews();
  const screen = signal<Screen>("play");
  const config = signal<Loaded<GameConfig>>(remembered(keep));
  const me = signal<Loaded<Me>>(waiting(earns));
  const tokens = signal<Loaded<Tokens>>(waiting(earns));
  const board = signal<Loaded<Leaderboard>>(waiting(earns));
  const settings = keptSettings(keep);
  const outside = signal<{ link: string | null } | null>(null);
  const configNow = () => known(config.value);
  const meNow = () => known(me.value);

  let signedOutOnce = false;
  const signedOut = () => {
    if (!signedOutOnce) news.tell("bad", words.SIGN_IN_OLD);
    signedOutOnce = true;
  };

  const flights = createFlights({
    keep,
    server,
    news,
    earns,
    painted,
    upToDate: () => {
      const run = untracked(configNow)?.run;
      return run === undefined || isSameGame(run.flight);
    },
    best: () => untracked(meNow)?.high_score ?? 0,
    taken: () => polls.earned(),
    signedOut,
  });
  const link = createWalletLink({
    keep,
    server,
    news,
    load: wallets,
    theme: surroundings.theme,
    config: () => (earns ? configNow() : undefined),
    me: meNow,
    bound: () => polls.earned(),
  });
  const shop = createShop({
    keep,
    news,
    settings,
    config: configNow,
    till: () => {
      const { token, chain } = untracked(configNow) ?? {};
      const symbols = { token: token?.symbol ?? "", coin: chain?.coin_symbol ?? "" };
      return { server, surroundings, payer: link.payer(), symbols };
    },
    paid: () => polls.paid(),
    arrived: () => surroundings.haptic("good"),
  });
  const polls = createPolls({
    earns,
    screen,
    me: meNow,
    waits: shop.waits,
    ask: {
      config: async () => {
        const fresh = await refresh(config, server.config);
        keep.set(CONFIG, fresh);
      },
      me: () => refresh(me, server.me),
      tokens: () => refresh(tokens, server.tokens),
      board: () => refresh(board, server.leaderboard),
      purchases: async () => shop.bought(await server.purchases()),
    },
  });

  const look = signal<Look>({ pipe: shop.pipe.peek(), theme: surroundings.theme.peek() });
  effect(() => {
    look.value = { pipe: shop.pipe.value, theme: surroundings.theme.value };
  });
  effect(() => {
    if (!earns) outside.value = { link: botLink(configNow()?.bot ?? null) };
  });
  const online = onlineSignal(server, () => {
    flights.again();
    polls.again();
  });
  effect(() => {
    const now = configNow();
    if (config.value.is === "there" && now && !isSameGame(now.run.flight)) {
      untracked(() => news.tell("bad", words.OUT_OF_DATE));
    }
  });
  effect(() => surroundings.confirmClosing(flights.unreported.value > 0));

  function go(to: Screen): void {
    batch(() => {
      flights.leave();
      screen.value = to;
    });
    polls.opened(to);
    if (to === "wallet" || to === "shop") link.prepare();
  }
  effect(() => {
    const away = flights.flight.value === "ready" || screen.value !== "play";
    surroundings.back(away ? () => go("play") : null);
  });

  const model: Model = {
    screen,
    flight: flights.flight,
    config,
    me,
    tokens,
    board,
    last: flights.last,
    shop: shop.items,
    wallet: link.wallet,
    unreported: flights.unreported,
    online,
    outside,
    notices: news.notices,
    settings,
    look,
    actions: {
      go,
      run: flights.run,
      flown: (run) => {
        batch(() => {
          flights.flown(run);
          screen.value = "over";
        });
      },
      connect: link.connect,
      disconnect: link.disconnect,
      buy: async (item, paid) => {
        if (paid === "tokens" && link.payer() === null) {
          const other = link.wallet.peek().state === "other";
          news.tell("bad", other ? words.OTHER_WALLET : words.NO_WALLET);
          return go("wallet");
        }
        await shop.buy(item, paid);
      },
      choose: shop.choose,
      setSound: (sound) => {
        settings.value = { ...settings.value, sound };
      },
      dismiss: news.dismiss,
      again: () => {
        reload(config);
        if (earns) for (const one of [me, tokens, board]) reload<unknown>(one);
        flights.again();
        polls.again();
        polls.opened(screen.peek());
      },
      share: () => {
        const url = botLink(untracked(configNow)?.bot ?? null) ?? location.href.replace(/[?#].*/, "");
        void surroundings.share(url, words.shareText(flights.last.peek()?.score ?? 0));
      },
    },
  };
  return {
    model,
    flights,
    polls,
    tell: news.tell,
    begin: () => {
      polls.start();
      flights.again();
    },
    rest: async () => {
      await polls.configured;
      await link.restore();
    },
  };
}

const CONFIG = "config";
const SETTINGS = "settings";

/** What the server said when the game was open last is shown until it says something else. */
function remembered(keep: Keep): Loaded<GameConfig> {
  const old = keep.get<GameConfig>(CONFIG);
  return old === undefined ? { is: "loading" } : { is: "loading", old };
}

/** Nobody is known outside of Telegram, and nothing will come. */
function waiting(earns: boolean): { is: "loading" } | { is: "failed"; why: string } {
  return earns ? { is: "loading" } : { is: "failed", why: words.NOBODY };
}

function keptSettings(keep: Keep): Signal<Settings> {
  const settings = signal<Settings>({ sound: false, pipe: "green", ...keep.get<Partial<Settings>>(SETTINGS) });
  effect(() => {
    keep.set(SETTINGS, settings.value);
  });
  return settings;
}

/** The phone says whether it has a network; the server's answers say whether it leads there. */
function onlineSignal(server: Server, back: () => void): Signal<boolean> {
  const network = signal(navigator.onLine !== false);
  window.addEventListener("offline", () => {
    network.value = false;
  });
  window.addEventListener("online", () => {
    network.value = true;
    back();
  });
  const online = signal(true);
  effect(() => {
    online.value = network.value && server.reachable.value;
  });
  return online;
}

function botLink(bot: string | null): string | null {
  return bot === null ? null : `https://t.me/${bot}`;
}

import { batch, effect, type Signal, signal } from "@preact/signals";
import { GREEN, type PipeLook, pipeFor } from "../look/pipes";
import type { GameConfig, Item, Purchase } from "../server/answers";
import * as words from "../words/news";
import { type Paid, pay, type Till } from "./buying";
import { OnTheWay, SLOW_MS } from "./coming";
import type { Keep } from "./keep";
import type { Settings, ShopItem } from "./model";
import type { News } from "./news";

export interface Shop {
  items: Signal<ShopItem[]>;
  pipe: Signal<PipeLook>;
  /** Something was paid for and is not there yet. */
  waits: Signal<boolean>;
  /** The server's list, as it came. */
  bought(purchases: Purchase[]): void;
  buy(item: string, paid: Purchase["paid"]): Promise<void>;
  choose(pipe: string): void;
}

export interface ShopAround {
  keep: Keep;
  news: News;
  settings: Signal<Settings>;
  config: () => GameConfig | undefined;
  till(): Till;
  /** Purchases and tokens are to be looked at again. */
  paid(): void;
  arrived(): void;
}

/** The item that everybody has. */
const FREE: Item = { id: "green", name: GREEN.name, price: null, price_units: null, stars: null };

export function createShop(around: ShopAround): Shop {
  const { keep, news, settings } = around;
  // What was bought is known without a network.
  const owned = signal<string[]>(keep.get<string[]>(OWNED) ?? []);
  const paying = signal<string[]>([]);
  const coming = new OnTheWay(keep);
  /** Asked for in a wallet that did not say yes: whoever closes its window can still sign. */
  const tried = new Set<string>();
  const now = signal(Date.now());
  const items = signal<ShopItem[]>([]);
  const pipe = signal<PipeLook>(GREEN);
  const waits = signal(false);

  const has = (item: string) => item === FREE.id || owned.value.includes(item);
  const chosen = () => (has(settings.value.pipe) ? settings.value.pipe : FREE.id);
  const item = (id: string) => around.config()?.items.find((one) => one.id === id);
  const name = (id: string) => item(id)?.name ?? "The item";

  effect(() => {
    items.value = [FREE, ...(around.config()?.items ?? [])].map(shown);
  });
  effect(() => {
    const id = chosen();
    const known = keep.get<string>(PIPE_NAME);
    pipe.value = id === FREE.id ? GREEN : pipeFor(id, item(id)?.name ?? known ?? id);
  });
  effect(() => {
    waits.value = coming.all.value.length > 0;
  });
  effect(() => {
    if (!waits.value) return;
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  });

  function shown(item: Item): ShopItem {
    const state = stateOf(item);
    const one: ShopItem = {
      item,
      state,
      chosen: chosen() === item.id,
      colour: item.id === FREE.id ? GREEN.body : pipeFor(item.id, item.name).body,
    };
    const since = coming.all.value.find((one) => one.item === item.id)?.since;
    if (state === "coming" && since !== undefined) one.since = Math.max(0, Math.floor((now.value - since) / 1_000));
    return one;
  }

  function stateOf(item: Item): ShopItem["state"] {
    if (item.id === FREE.id) return "free";
    if (owned.value.includes(item.id)) return "bought";
    if (coming.has(item.id)) return "coming";
    return paying.value.includes(item.id) ? "paying" : "for-sale";
  }

  function tick(): void {
    const ms = Date.now();
    now.value = ms;
    for (const one of coming.all.peek()) {
      if (ms > one.until) {
        coming.drop(one.item);
        news.tell("bad", words.missing(name(one.item)));
      } else if (!one.slow && ms - one.since > SLOW_MS) {
        coming.put({ ...one, slow: true });
        news.tell("news", words.slow(name(one.item)));
      }
    }
  }

  function settle(wanted: Item, paid: Purchase["paid"], outcome: Paid): void {
    if (outcome.is === "unpaid") {
      tried.add(wanted.id);
      news.tell("bad", outcome.why);
      return;
    }
    now.value = Date.now();
    if (owned.value.includes(wanted.id)) {
      // The chain was faster than the wallet's answer.
      arrived(wanted.id);
      return;
    }
    if (outcome.is === "perhaps") {
      coming.add(wanted.id, paid, outcome.lastsMs);
      news.tell("news", outcome.why);
    } else {
      coming.add(wanted.id, paid);
    }
    around.paid();
  }

  function arrived(id: string): void {
    coming.drop(id);
    tried.delete(id);
    choose(id);
    news.tell("good", words.bought(name(id)));
    around.arrived();
  }

  function choose(id: string): void {
    if (!has(id)) return;
    keep.set(PIPE_NAME, item(id)?.name);
    settings.value = { ...settings.value, pipe: id };
  }

  return {
    items,
    pipe,
    waits,
    choose,
    bought: (purchases) => {
      const ids = purchases.map((purchase) => purchase.item);
      batch(() => {
        if (ids.join() !== owned.value.join()) {
          owned.value = ids;
          keep.set(OWNED, ids);
        }
        const waited = [...coming.all.peek().map((one) => one.item), ...tried];
        for (const id of new Set(waited)) if (ids.includes(id)) arrived(id);
      });
    },
    buy: async (id, paid) => {
      const wanted = item(id);
      if (wanted === undefined || stateOf(wanted) !== "for-sale") return;
      paying.value = [...paying.value, id];
      try {
        settle(wanted, paid, await pay(around.till(), wanted, paid));
      } finally {
        paying.value = paying.value.filter((one) => one !== id);
      }
    },
  };
}

const OWNED = "owned";
const PIPE_NAME = "pipe-name";

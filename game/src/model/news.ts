import { type Signal, signal } from "@preact/signals";
import type { Notice } from "./model";

/** More at once are read by nobody. */
const MOST = 4;

export interface News {
  notices: Signal<Notice[]>;
  tell(kind: Notice["kind"], text: string): void;
  dismiss(id: number): void;
}

export function createNews(): News {
  const notices = signal<Notice[]>([]);
  let id = 0;
  return {
    notices,
    tell: (kind, text) => {
      // What stands there already is not said twice.
      const others = notices.value.filter((one) => one.text !== text);
      id += 1;
      notices.value = [...others, { id, kind, text }].slice(-MOST);
    },
    dismiss: (gone) => {
      notices.value = notices.value.filter((one) => one.id !== gone);
    },
  };
}

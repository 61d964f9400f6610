import type { Signal } from "@preact/signals";
import { why } from "../words/news";
import { known, type Loaded } from "./model";

/** Somebody asks for what could not be had. */
export function reload<T>(one: Signal<Loaded<T>>): void {
  if (one.value.is === "failed") one.value = { is: "loading", ...before(one.value) };
}

/**
 * Asks, and shows what comes of it. What is shown already stays while it is asked for again, and nothing is drawn again when the answer is
 * the same. Rejected as the asking is, for whoever waits longer after a failure.
 */
export async function refresh<T>(into: Signal<Loaded<T>>, ask: () => Promise<T>): Promise<T> {
  try {
    const value = await ask();
    const shown = into.value;
    if (shown.is !== "there" || JSON.stringify(shown.value) !== JSON.stringify(value))
      into.value = { is: "there", value };
    return value;
  } catch (error) {
    into.value = { is: "failed", why: why(error), ...before(into.value) };
    throw error;
  }
}

function before<T>(loaded: Loaded<T>): { old?: T } {
  const old = known(loaded);
  return old === undefined ? {} : { old };
}

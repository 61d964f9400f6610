import type { Loaded } from "../model/model";

/** What is there, or was there before. */
export function known<T>(loaded: Loaded<T>): T | undefined {
  return loaded.is === "there" ? loaded.value : loaded.old;
}

import { CONSTANTS } from "../flight/constants";
import type { GameConfig, Run } from "../server/answers";

/** Whether the server plays the game that this page has: else no score of it would count. */
export function isSameGame(flight: GameConfig["run"]["flight"]): boolean {
  const here: Record<string, number> = CONSTANTS;
  const names = new Set([...Object.keys(here), ...Object.keys(flight)]);
  return [...names].every((name) => here[name] === flight[name]);
}

export function isOfThisGame(run: Run): boolean {
  return run.flight === CONSTANTS.version;
}

/** A run was asked for, and the server plays another game by now. */
export class OutOfDate extends Error {
  constructor() {
    super("the page has another version of the game than the server");
    this.name = "OutOfDate";
  }
}

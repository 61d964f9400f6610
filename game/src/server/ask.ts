import { type Problem, problemIn, Unreached, waitIn } from "./problem";

/** The server's own limit is 15 seconds; what takes longer was lost on the way. */
const LONGEST_MS = 20_000;
/** A wait that is asked for is waited out here if it is as short as this, so often. */
const SHORT_MS = 4_000;
const TIMES = 2;

export interface Asked {
  method: "GET" | "POST";
  path: string;
  body?: unknown;
  longestMs?: number;
  /** Whether a short wait is waited out here. Whoever has a queue of their own says no. */
  patient?: boolean;
}

export interface Wire {
  /** Ends with a slash. */
  base: string;
  /** As Telegram gave it; null outside of Telegram. */
  initData: string | null;
  /** Told after each request whether the server was reached. */
  reached(yes: boolean): void;
  /** Told the server's clock, in milliseconds, as its answers say it. */
  clock(serverMs: number): void;
}

/** Nobody asks before this time: the server said so. */
interface Quiet {
  untilMs: number;
}

export function asker(wire: Wire): <T>(asked: Asked) => Promise<T> {
  const quiet: Quiet = { untilMs: 0 };
  return async <T>(asked: Asked) => {
    for (let left = asked.patient === false ? 0 : TIMES; ; left--) {
      await until(Math.min(quiet.untilMs, Date.now() + SHORT_MS));
      const answer = await once<T>(wire, asked);
      if ("value" in answer) return answer.value;
      const { problem } = answer;
      if (problem.status === 429) quiet.untilMs = Date.now() + (problem.waitMs ?? 1_000);
      const waits = problem.waitMs !== null && problem.waitMs <= SHORT_MS && [429, 503].includes(problem.status);
      if (!waits || left === 0) throw problem;
      await until(Date.now() + (problem.waitMs ?? 0));
    }
  };
}

async function once<T>(wire: Wire, asked: Asked): Promise<{ value: T } | { problem: Problem }> {
  const response = await sent(wire, asked).catch((error: unknown) => {
    wire.reached(false);
    throw unreached(error);
  });
  const body = await response.json().catch(() => undefined);
  const waitMs = waitIn(response.headers.get("Retry-After"), body, Date.now());
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (!Number.isNaN(date)) wire.clock(date);
  const problem = response.ok ? null : problemIn(body, response.status, waitMs);
  // What stands before the server answers for it while it is away, and not in its words.
  const answered = problem !== null || (response.ok && body !== undefined);
  wire.reached(answered);
  if (problem !== null) return { problem };
  if (!answered) throw new Unreached("lost", `${response.status} without words`);
  return { value: body as T };
}

function sent(wire: Wire, asked: Asked): Promise<Response> {
  const headers: Record<string, string> = {};
  if (wire.initData !== null) headers.Authorization = `tma ${wire.initData}`;
  if (asked.body !== undefined) headers["Content-Type"] = "application/json";
  return fetch(new URL(asked.path, wire.base), {
    method: asked.method,
    headers,
    cache: "no-store",
    credentials: "omit",
    signal: AbortSignal.timeout(asked.longestMs ?? LONGEST_MS),
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
  });
}

function unreached(error: unknown): Unreached {
  if (error instanceof DOMException && ["TimeoutError", "AbortError"].includes(error.name)) {
    return new Unreached("slow", error);
  }
  return new Unreached(navigator.onLine === false ? "offline" : "lost", error);
}

function until(atMs: number): Promise<void> {
  const ms = atMs - Date.now();
  return ms <= 0 ? Promise.resolve() : new Promise((done) => setTimeout(done, ms));
}

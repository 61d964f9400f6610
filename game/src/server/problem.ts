import type { ProblemDocument } from "./answers";

/** The server understood, and says no: its problem document (RFC 9457). */
export class Problem extends Error {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** What else the document has, such as `wallet` of `wallet-bound`. */
  readonly members: Readonly<Record<string, unknown>>;
  /** How long the server wants to be left alone, in milliseconds. */
  readonly waitMs: number | null;

  constructor(document: ProblemDocument & Record<string, unknown>, waitMs: number | null) {
    super(document.detail ?? document.title);
    this.name = "Problem";
    const { type, title, status, detail, ...members } = document;
    this.type = type;
    this.status = status;
    this.title = title;
    this.detail = detail ?? "";
    this.members = members;
    this.waitMs = waitMs;
  }

  /** The end of the stable type, after `urn:scrip:problem:`. */
  get kind(): string {
    return this.type.slice(this.type.lastIndexOf(":") + 1);
  }

  /** Telegram's word for the player does not count any more, or never did. */
  get signedOut(): boolean {
    return this.status === 401;
  }

  /** Whether the same request may be answered otherwise a little later. */
  get passing(): boolean {
    return this.waitMs !== null || this.status >= 500 || [408, 425, 429].includes(this.status);
  }
}

/** There was no answer that can be read. */
export class Unreached extends Error {
  /** `offline`: this phone has no network. `lost`: it has, and the server does not answer. `slow`: not in time. */
  readonly why: "offline" | "lost" | "slow";

  constructor(why: Unreached["why"], cause?: unknown) {
    super(`the game's server was not reached (${why})`, { cause });
    this.name = "Unreached";
    this.why = why;
  }
}

/** A problem document out of an answer, if it is one. */
export function problemIn(body: unknown, status: number, waitMs: number | null): Problem | null {
  if (typeof body !== "object" || body === null) return null;
  const { type, title } = body as Partial<ProblemDocument>;
  if (typeof type !== "string" || typeof title !== "string") return null;
  return new Problem({ ...(body as ProblemDocument), status }, waitMs);
}

/** Milliseconds to wait: out of the header (RFC 9110, 10.2.3, seconds or a date), or `wait_secs` of a run that was too fast. */
export function waitIn(header: string | null, body: unknown, nowMs: number): number | null {
  const wait = (body as { wait_secs?: unknown } | null)?.wait_secs;
  if (header === null) return typeof wait === "number" && wait >= 0 ? wait * 1000 : null;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

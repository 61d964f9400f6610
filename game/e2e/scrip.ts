import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const BINARY = process.env.SCRIP_BIN ?? resolve("../target/debug/scrip");
/** A demonstration that nobody ends, ends by itself. */
const LONGEST_SECS = "600";

/** A `scrip demo` of its own: the whole program, its game, and its chain. */
export class Scrip {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    /** Where the game is served: `http://127.0.0.1:…/game/`. */
    readonly game: string,
    /** The sandbox chain, as toncenter speaks. */
    readonly chain: string,
  ) {}

  static async start(): Promise<Scrip> {
    const folder = mkdtempSync(join(tmpdir(), "scrip-e2e-"));
    const args = ["--data-dir", join(folder, "data"), "demo", "--http-listen", "127.0.0.1:0", "--for", LONGEST_SECS];
    const child = spawn(BINARY, args, { stdio: ["ignore", "pipe", "inherit"] });
    const said: string[] = [];
    let game: string | undefined;
    let chain: string | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      game ??= line.match(/http:\/\/127\.0\.0\.1:\d+\/game\//)?.[0];
      chain ??= line.match(/chain.*(http:\/\/127\.0\.0\.1:\d+)/i)?.[1];
      if (game !== undefined && chain !== undefined) {
        child.stdout.resume();
        return new Scrip(child, folder, game, chain);
      }
    }
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`${BINARY} ended before it served the game:\n${said.join("\n")}`);
  }

  /** The origin of the game and of its server. */
  get origin(): string {
    return new URL(this.game).origin;
  }

  /** Gone without a word, as when a machine loses its power. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.end("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill(signal);
    await ended;
  }
}

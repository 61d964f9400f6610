// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createServer, serverOf } from "../../src/server/client";
import { why } from "../../src/words/news";
import { passes, problem } from "../model/world";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const server = () => createServer("user=7&hash=a%2Bb", "https://game.example/");

function answers(...responses: (Response | Error)[]) {
  const fetch = vi.fn(async (_url: URL, _init: RequestInit) => {
    const next = responses.length > 1 ? responses.shift() : responses[0];
    if (next instanceof Error) throw next;
    return next?.clone();
  });
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

test("the server is what the page lies in", () => {
  const check = (page: string, expected: string) => expect(serverOf(page)).toBe(expected);
  check("https://game.example/game/", "https://game.example/");
  check("https://game.example/game/?person=1#x", "https://game.example/");
  check("https://example.org/flap/game/", "https://example.org/flap/");
  check("http://localhost:5173/demo.html", "http://localhost:5173/");
});

test("init data go as they came", async () => {
  const fetch = answers(Response.json({ ok: true, purchases: [] }));
  expect(await server().purchases()).toEqual([]);
  const [url, init] = fetch.mock.calls[0] ?? [];
  expect(String(url)).toBe("https://game.example/purchases");
  expect(new Headers(init?.headers).get("Authorization")).toBe("tma user=7&hash=a%2Bb");
});

test("what goes wrong is told apart, in sentences", async () => {
  const check = async (response: Response | Error, sentence: string) => {
    answers(response);
    const asked = server()
      .me()
      .catch((error: unknown) => why(error));
    await passes(60_000);
    expect(await asked).toBe(sentence);
  };
  const lost = "The game's server does not answer. It is not your phone; try again in a moment.";
  await check(new TypeError("Failed to fetch"), lost);
  await check(new Response("Bad Gateway", { status: 502 }), lost);
  await check(new Response("<html>a captive portal</html>"), lost);
  await check(
    new DOMException("signal timed out", "TimeoutError"),
    "The game's server took too long. Try again in a moment.",
  );
  await check(problem(409, "not-for-stars"), "The server says not-for-stars.");
  await check(
    problem(401, "init-data", { reason: "stale" }),
    "Telegram's sign-in has run out. Close the game and open it again; nothing is lost.",
  );
  await check(
    problem(401, "init-data", { reason: "forged" }),
    "Telegram's sign-in was not taken. Open the game from the bot.",
  );
  await check(
    problem(429, "rate-limited", {}, { "Retry-After": "20" }),
    "That was a little fast. Try again in 20 seconds.",
  );
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  await check(new TypeError("Failed to fetch"), "There is no network. Try again when you are online.");
  vi.restoreAllMocks();
});

test("a short wait that the server asks for is waited out, a long one is told", async () => {
  const busy = (seconds: string) => problem(503, "unavailable", {}, { "Retry-After": seconds });
  const fetch = answers(busy("2"), Response.json({ ok: true, link: "https://t.me/$a" }));
  const asked = server().invoice("1");
  await passes(1_900);
  expect(fetch).toHaveBeenCalledTimes(1);
  await passes(200);
  expect(await asked).toMatchObject({ link: "https://t.me/$a" });

  const long = answers(busy("30"));
  await expect(server().invoice("1")).rejects.toMatchObject({ kind: "unavailable", waitMs: 30_000 });
  expect(long).toHaveBeenCalledTimes(1);
});

test("after too many requests nothing is asked for as long as the server says", async () => {
  const fetch = answers(problem(429, "rate-limited", {}, { "Retry-After": "3" }), Response.json({ ok: true }));
  const one = server();
  const first = one.played({ run: "a", score: 1, flaps: [] });
  await expect(first).rejects.toMatchObject({ waitMs: 3_000 });
  const second = one.me();
  await passes(2_900);
  expect(fetch).toHaveBeenCalledTimes(1);
  await passes(200);
  await second;
  expect(fetch).toHaveBeenCalledTimes(2);
});

test("the server's clock counts, where a phone's is wrong", async () => {
  vi.setSystemTime(new Date("2026-11-21T12:00:00Z"));
  const one = server();
  answers(Response.json({ ok: true }, { headers: { Date: "Sat, 21 Nov 2026 15:00:00 GMT" } }));
  await one.me();
  expect(one.nowMs()).toBe(Date.parse("2026-11-21T15:00:00Z"));
});

test("whether the server is there is known", async () => {
  const one = server();
  answers(new TypeError("Failed to fetch"));
  await expect(one.me()).rejects.toThrow();
  expect(one.reachable.value).toBe(false);
  answers(problem(500, "failed"));
  await expect(one.me()).rejects.toThrow();
  expect(one.reachable.value).toBe(true);
});

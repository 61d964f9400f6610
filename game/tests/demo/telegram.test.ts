// @vitest-environment happy-dom
import { retrieveRawInitData } from "@tma.js/sdk";
import { expect, test } from "vitest";
import { madeUpTelegram } from "../../src/demo/telegram";
import { telegram, userIn } from "../../src/telegram/telegram";

/** With everything that was ever broken on its way: an escaped slash, a plus, an emoji, a percent sign. */
const INIT_DATA =
  "query_id=AAE%2BdQ&user=%7B%22id%22%3A7000000001%2C%22first_name%22%3A%22An%20n%2B%F0%9F%90%A6%25%22%2C" +
  "%22photo_url%22%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fa.svg%22%7D&auth_date=1795250000&signature=a-b_c&hash=00ff";

test("init data arrive as the demonstration's server signed them", () => {
  expect(telegram()).toBeNull();
  madeUpTelegram(INIT_DATA);
  expect(retrieveRawInitData()).toBe(INIT_DATA);
  const around = telegram();
  expect(around).toMatchObject({ initData: INIT_DATA, user: "7000000001", stars: true });
  expect(around?.theme.value).toBe("light");
  expect(document.documentElement.style.getPropertyValue("--tg-theme-button-color")).toBe("#2481cc");
});

test("who plays is read without being believed", () => {
  const check = (raw: string, expected: string) => expect(userIn(raw)).toBe(expected);
  check(INIT_DATA, "7000000001");
  check("hash=1", "unknown");
  check("user=nonsense", "unknown");
});

import { expect, test } from "vitest";
import { coins, isLess } from "../../src/model/amounts";

test("amounts are compared as they are written", () => {
  const check = (one: string, other: string, expected: boolean) => expect(isLess(one, other)).toBe(expected);
  check("1", "1.00", false);
  check("0.99", "1", true);
  check("10", "9.5", false);
  check("99999999999999999999.1", "99999999999999999999.2", true);
  check("0", "0.000000001", true);
});

test("coins are short", () => {
  const check = (nano: bigint, expected: string) => expect(coins(nano)).toBe(expected);
  check(0n, "0");
  check(1n, "0.000000001");
  check(110_000_000n, "0.11");
  check(10_000_000_000n, "10");
});

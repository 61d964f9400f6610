import { expect, test } from "vitest";
import { missing, shown } from "../../src/screens/amount";

test("amounts for people", () => {
  const check = (text: string, people: string) => expect(shown(text)).toBe(people);
  check("0", "0");
  check("0.000000000", "0");
  check("12", "12");
  check("12.500000000", "12.5");
  check("1234567.899999999", "1,234,567.89");
  check("1000", "1,000");
  check("0.004", "<0.01");
  check("9007199254740993.1", "9,007,199,254,740,993.1");
});

test("what is missing of a price", () => {
  const check = (price: string, have: string, lacks: string | null) => expect(missing(price, have)).toBe(lacks);
  check("250", "250.000000000", null);
  check("250.000000000", "1000", null);
  check("250", "12.25", "237.75");
  check("0.000000002", "0.000000001", "0.000000001");
  check("5", "0", "5");
  check("9007199254740993", "1", "9007199254740992");
});

import { toUserFriendlyAddress } from "@tonconnect/sdk";
import { expect, test } from "vitest";
import { friendly, same } from "../../src/wallet/address";

test("an address is written as wallets write it", () => {
  const check = (raw: string, network: string) => {
    expect(friendly(raw, network)).toBe(toUserFriendlyAddress(raw, network === "-3"));
  };
  for (const network of ["-239", "-3"]) {
    check(`0:${"1a".repeat(32)}`, network);
    check(`0:${"00".repeat(32)}`, network);
    check(`-1:${"fb".repeat(32)}`, network);
    check("0:e4d954ef9f4e1250a26b5bbad76a1cdd17cfd08babad6f4c23e372270aef6f76", network);
  }
  expect(friendly("not an address", "-3")).toBe("not an address");
});

test("wallets write hexadecimal in either case", () => {
  expect(same("0:AB", "0:ab")).toBe(true);
  expect(same("0:AB", "0:ac")).toBe(false);
});

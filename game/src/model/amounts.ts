/** Whether a decimal amount is less than another: compared as written, because amounts do not fit floating point numbers. */
export function isLess(one: string, other: string): boolean {
  const places = Math.max(fraction(one).length, fraction(other).length);
  return scaled(one, places) < scaled(other, places);
}

/** Billionths of a coin as people write it. */
export function coins(nano: bigint): string {
  const digits = nano.toString().padStart(10, "0");
  const text = `${digits.slice(0, -9)}.${digits.slice(-9)}`;
  return text.replace(/\.?0+$/, "");
}

function fraction(amount: string): string {
  return amount.split(".")[1] ?? "";
}

function scaled(amount: string, places: number): bigint {
  const whole = amount.split(".")[0] ?? "0";
  return BigInt(whole + fraction(amount).padEnd(places, "0"));
}

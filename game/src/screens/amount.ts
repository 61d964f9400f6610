/** Decimal text, as the server writes amounts, for people: `1234.500` is `1,234.5`. Cut, never rounded up: nobody is shown more than they have. */
export function shown(text: string, places = 2): string {
  const [whole = "0", fraction = ""] = text.split(".");
  const kept = fraction.slice(0, places).replace(/0+$/, "");
  if (isNothing(`${whole}${kept}`) && !isNothing(fraction)) return `<0.${"0".repeat(places - 1)}1`;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return kept ? `${grouped}.${kept}` : grouped;
}

export function isNothing(text: string): boolean {
  return !/[1-9]/.test(text);
}

/** What is missing of a price, as decimal text; nothing when there is enough. */
export function missing(price: string, have: string): string | null {
  const places = Math.max(fraction(price).length, fraction(have).length);
  const lacks = units(price, places) - units(have, places);
  return lacks > 0n ? decimal(lacks, places) : null;
}

function fraction(text: string): string {
  return text.split(".")[1] ?? "";
}

function units(text: string, places: number): bigint {
  const [whole = "0"] = text.split(".");
  return BigInt(whole + fraction(text).padEnd(places, "0"));
}

function decimal(units: bigint, places: number): string {
  if (places === 0) return units.toString();
  const digits = units.toString().padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

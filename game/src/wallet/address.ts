/** A raw address as people know it (TEP-2): not bounceable, and marked where it is one of a test network. */
export function friendly(raw: string, network: string): string {
  const [workchain, hash] = raw.split(":");
  const bytes = hash?.match(/../g)?.map((pair) => Number.parseInt(pair, 16));
  if (workchain === undefined || bytes?.length !== 32) return raw;
  const tag = NOT_BOUNCEABLE | (network === MAINNET ? 0 : TEST_ONLY);
  const body = [tag, Number(workchain) & 0xff, ...bytes];
  const crc = crc16(body);
  const text = String.fromCharCode(...body, crc >> 8, crc & 0xff);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_");
}

/** Whether two raw addresses are one: wallets write hexadecimal in either case. */
export function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

const MAINNET = "-239";
const NOT_BOUNCEABLE = 0x51;
const TEST_ONLY = 0x80;

/** CRC-16/XMODEM. */
function crc16(bytes: number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}

/** What the chain itself says, asked as any explorer asks (toncenter's API v3), past the game and its server. */
export async function jettons(chain: string, minter: string, owner: string): Promise<bigint> {
  const query = new URLSearchParams({ owner_address: owner, jetton_address: minter });
  const answer = await fetch(`${chain}/api/v3/jetton/wallets?${query}`);
  if (!answer.ok) throw new Error(`The chain answers ${answer.status}: ${await answer.text()}`);
  const { jetton_wallets: wallets } = (await answer.json()) as { jetton_wallets: { balance: string }[] };
  return wallets.reduce((sum, wallet) => sum + BigInt(wallet.balance), 0n);
}

/** Soulbound tokens of this owner. */
export async function items(chain: string, owner: string): Promise<number> {
  const answer = await fetch(`${chain}/api/v3/nft/items?${new URLSearchParams({ owner_address: owner })}`);
  if (!answer.ok) throw new Error(`The chain answers ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { nft_items: unknown[] }).nft_items.length;
}

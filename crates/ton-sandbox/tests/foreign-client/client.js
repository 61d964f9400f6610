// The real TonClient of npm's @ton/ton against a sandbox, run by hand:
//   cargo run -p ton-sandbox --example serve -- 127.0.0.1:8081
//   npm install && node client.js http://127.0.0.1:8081
const { TonClient, WalletContractV4, internal } = require("@ton/ton");
const { keyPairFromSeed } = require("@ton/crypto");
const { toNano, beginCell } = require("@ton/core");

async function main(url) {
  const client = new TonClient({ endpoint: url + "/api/v2/jsonRPC" });
  const keys = keyPairFromSeed(Buffer.alloc(32, 9));
  const wallet = WalletContractV4.create({ workchain: 0, publicKey: keys.publicKey });
  const receiver = WalletContractV4.create({ workchain: 0, publicKey: keyPairFromSeed(Buffer.alloc(32, 10)).publicKey });
  await fetch(url + "/sandbox/give", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ address: wallet.address.toString(), nanoton: 5_000_000_000 }),
  });
  console.log("balance", await client.getBalance(wallet.address));
  const opened = client.open(wallet);
  const seqno = await opened.getSeqno();
  await opened.sendTransfer({
    secretKey: keys.secretKey,
    seqno,
    messages: [internal({ to: receiver.address, value: toNano("1.5"), body: "hello", bounce: false })],
  });
  const deadline = Date.now() + 10_000;
  while ((await opened.getSeqno()) === seqno) {
    if (Date.now() > deadline) throw new Error("the transfer has not landed");
    await new Promise((done) => setTimeout(done, 100));
  }
  console.log("receiver", await client.getBalance(receiver.address));
  const transactions = await client.getTransactions(wallet.address, { limit: 10 });
  for (const transaction of transactions) {
    console.log("transaction", transaction.lt, transaction.hash().toString("base64"), transaction.outMessagesCount);
  }
  const second = transactions[1];
  const page = await client.getTransactions(wallet.address, {
    limit: 10, lt: transactions[0].lt.toString(), hash: transactions[0].hash().toString("base64"),
  });
  if (page[0].lt !== second.lt) throw new Error("the page does not go on where the first ended");
  const key = await client.runMethod(wallet.address, "get_public_key");
  if (key.stack.readBigNumber() !== BigInt("0x" + keys.publicKey.toString("hex"))) throw new Error("another public key");
  console.log("state", (await client.getContractState(wallet.address)).state, "masterchain", (await client.getMasterchainInfo()).latestSeqno);
  const fee = await client.estimateExternalMessageFee(wallet.address, { body: beginCell().endCell(), initCode: null, initData: null, ignoreSignature: true });
  console.log("fee", fee.source_fees);
  const again = await wallet.createTransfer({ secretKey: keys.secretKey, seqno, messages: [] });
  try {
    await opened.send(again);
    throw new Error("a message with an old seqno was taken");
  } catch (error) {
    console.log("refused", error.response?.status, error.response?.data?.error?.split("\n").at(-1) ?? error.message);
  }
}
main(process.argv[2]).then(() => console.log("all well"), (error) => { console.error(error); process.exit(1); });

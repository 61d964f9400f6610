//! The messages on the sandbox chain, which runs the contracts' own code: that they arrive, and what they cost.

use std::time::Duration;

use ton::{
    Address, Hash, KeyPair, OutMessage,
    highload::{HighloadWallet, QueryId, SELF_VALUE, SUBWALLET_ID, TIMEOUT_SECS},
    jetton::{self, Mint, Minter},
    sbt::{self, Collection, SbtItem},
    toncenter::{Client, ClientConfig},
};
use ton_sandbox::{Running, Sandbox, Settings};

const COIN: u128 = 1_000_000_000;
/// What a contract may keep of what it was sent for one message: what gas might cost more one day.
const KEPT_MOST: u128 = 4_000_000;

struct Rig {
    running: Running,
    client: Client,
    keys: KeyPair,
    wallet: HighloadWallet,
    minter: Minter,
    collection: Collection,
}

impl Rig {
    /// Wallet, minter and collection, deployed by one message.
    async fn start() -> Self {
        let running = Sandbox::start(Settings::quick()).await.expect("it starts");
        let client = Client::new(ClientConfig {
            base_url: running.url(),
            api_key: None,
            requests_per_second: None,
            timeout: Duration::from_secs(20),
        })
        .expect("it can be made");
        let keys = KeyPair::from_seed(&[7; 32]);
        let wallet = HighloadWallet::new(keys.public(), SUBWALLET_ID, TIMEOUT_SECS);
        let minter = Minter::new(
            wallet.address(),
            jetton::onchain_content(&[("name", "Token")]),
        );
        let content = sbt::collection_content(
            sbt::offchain("https://example.org/c.json"),
            "https://example.org/",
        );
        let collection = Collection::new(wallet.address(), content);
        let rig = Self {
            running,
            client,
            keys,
            wallet,
            minter,
            collection,
        };
        let funds = 100 * COIN;
        rig.running
            .chain()
            .give(rig.wallet.address(), u64::try_from(funds).expect("it fits"))
            .await
            .expect("the chain runs");
        let deployments = [
            (
                rig.minter.address(),
                rig.minter.state_init(),
                jetton::DEPLOY_VALUE,
            ),
            (
                rig.collection.address(),
                rig.collection.state_init(),
                sbt::DEPLOY_VALUE,
            ),
        ]
        .map(|(address, init, value)| OutMessage {
            destination: address.clone(),
            value,
            body: ton::Cell::default(),
            state_init: Some(init),
            bounce: false,
            mode: 3,
        });
        rig.send(0, &deployments).await;
        rig
    }

    async fn send(&self, nth: u64, messages: &[OutMessage]) -> Hash {
        let now = self
            .client
            .chain_time()
            .await
            .expect("it answers")
            .time_secs;
        let signed = self
            .wallet
            .sign(&self.keys, QueryId::of(nth), now - 30, messages, nth == 0)
            .expect("they fit");
        let hash = self.client.send(&signed.boc).await.expect("it is taken");
        assert_eq!(
            hash, signed.hash,
            "the server finds it by the hash that we know"
        );
        self.running.chain().quiet().await.expect("the chain runs");
        hash
    }

    fn batch(&self, items: &[SbtItem]) -> OutMessage {
        OutMessage {
            destination: self.collection.address().clone(),
            value: sbt::batch_value(items),
            body: sbt::batch_mint_body(1, items),
            state_init: None,
            bounce: true,
            mode: 3,
        }
    }

    async fn next_index(&self) -> u64 {
        let collection = self.collection.address();
        self.client
            .collection_next_index(collection)
            .await
            .expect("it answers")
    }

    async fn balance(&self, account: &Address) -> u128 {
        self.client
            .account(account)
            .await
            .expect("it answers")
            .balance
    }
}

fn owner(number: u8) -> Address {
    let mut bytes = [number; 32];
    bytes[0] = 0xaa;
    Address::new(0, Hash::from(bytes))
}

fn items(first: u64, count: usize) -> Vec<SbtItem> {
    (first..)
        .take(count)
        .map(|index| SbtItem {
            index,
            owner: owner(u8::try_from(index % 250).expect("it fits")),
            content: sbt::item_content("1.json"),
            value: sbt::ITEM_VALUE,
        })
        .collect()
}

#[tokio::test]
async fn two_hundred_and_fifty_mints_arrive_and_the_minter_keeps_little() {
    let rig = Rig::start().await;
    let minter = rig.minter.address();
    let messages: Vec<OutMessage> = (0..250)
        .map(|number| OutMessage {
            destination: minter.clone(),
            value: jetton::MINT_VALUE,
            body: jetton::mint_body(&Mint {
                query_id: u64::from(number),
                to: owner(number),
                amount: 10,
                wallet_value: jetton::MINT_WALLET_VALUE,
            }),
            state_init: None,
            bounce: true,
            mode: 3,
        })
        .collect();
    let before = rig.balance(minter).await;
    let wallet_before = rig.balance(rig.wallet.address()).await;
    rig.send(1, &messages).await;
    assert_eq!(
        rig.client.jetton_supply(minter).await.expect("it answers"),
        2_500
    );
    for number in [0, 1, 249] {
        let balance = rig
            .client
            .jetton_balance(minter, &owner(number))
            .await
            .expect("it answers");
        assert_eq!(balance, 10);
    }
    assert_eq!(
        rig.client
            .jetton_balance(minter, &owner(250))
            .await
            .expect("it answers"),
        0
    );
    let kept = rig
        .balance(minter)
        .await
        .checked_sub(before)
        .expect("it does not pay itself")
        / 250;
    let paid = (wallet_before - rig.balance(rig.wallet.address()).await) / 250;
    println!("each mint: the minter keeps {kept}, the wallet pays {paid} nanoton");
    assert!(
        kept < KEPT_MOST,
        "{kept} nanoton of each mint stay with the minter for ever"
    );
    assert!(paid < jetton::MINT_VALUE + KEPT_MOST, "{paid}");
    rig.running.stop().await;
}

#[tokio::test]
async fn as_many_items_as_we_send_arrive_and_the_collection_keeps_little() {
    let rig = Rig::start().await;
    let collection = rig.collection.address();
    let mut next = 0;
    for count in [1, sbt::ITEMS_MOST, sbt::ITEMS_MOST] {
        let items = items(next, count);
        next += u64::try_from(count).expect("it fits");
        let before = rig.balance(collection).await;
        rig.send(next, &[rig.batch(&items)]).await;
        assert_eq!(rig.next_index().await, next);
        for item in [&items[0], &items[count - 1]] {
            let address = sbt::item_address(collection, item.index);
            let found = rig.client.item_owner(&address).await.expect("it answers");
            assert_eq!(found.as_ref(), Some(&item.owner));
        }
        let after = rig.balance(collection).await;
        let kept = after.checked_sub(before).expect("it does not pay itself");
        println!("{count} items: the collection keeps {kept} nanoton");
        let most = sbt::BATCH_GAS_VALUE + KEPT_MOST * u128::try_from(count).expect("it fits");
        assert!(
            kept < most,
            "{kept} nanoton stay with the collection for ever"
        );
    }
    rig.running.stop().await;
}

/// Why there is a limit: the contract itself would take 249.
#[tokio::test]
async fn a_collection_runs_out_of_gas_well_above_what_we_send_at_once() {
    let rig = Rig::start().await;
    rig.send(1, &[rig.batch(&items(0, 136))]).await;
    assert_eq!(rig.next_index().await, 0, "none of them was made");
    rig.send(2, &[rig.batch(&items(0, 125))]).await;
    assert_eq!(rig.next_index().await, 125);
    rig.running.stop().await;
}

#[tokio::test]
async fn what_the_wallet_sends_itself_pays_for_its_gas() {
    let rig = Rig::start().await;
    let hash = rig.send(1, &[]).await;
    let found = rig
        .client
        .transactions_by_message(&hash)
        .await
        .expect("it answers");
    let trace = rig
        .client
        .trace(&found[0].hash)
        .await
        .expect("it answers")
        .expect("it is known");
    assert!(trace.complete);
    let fees: Vec<u128> = trace
        .transactions
        .iter()
        .map(|transaction| transaction.total_fees)
        .collect();
    println!("an empty batch: {fees:?} nanoton");
    assert_eq!(fees.len(), 2, "the external message and the one to itself");
    assert!(fees[1] * 5 < SELF_VALUE, "{} of {SELF_VALUE}", fees[1]);
    let key = rig
        .client
        .public_key(rig.wallet.address())
        .await
        .expect("it answers");
    assert_eq!(key, Some(rig.keys.public()));
    rig.running.stop().await;
}

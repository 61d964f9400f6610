//! A game's part of a chain: wallet, token and two collections, deployed by the wallet itself, and players.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use ton::{
    Address, Cell, KeyPair, OutMessage,
    highload::{HighloadWallet, QueryId, SUBWALLET_ID, TIMEOUT_SECS},
    jetton::{self, Mint, Minter, Transfer},
    sbt::{self, Collection, SbtItem},
    toncenter::{Client, ClientConfig, Retries, Transaction, TransactionsQuery},
    wallet_v4::{self, WalletV4},
};
use ton_sandbox::{Handle, Running, Sandbox, SendError, Sent, Settings};

pub const TON: u64 = 1_000_000_000;
const START_SECS: u32 = 1_800_000_000;

/// Adds what cannot be sent to what is left out: mode 1 and mode 3.
pub const ALL_OR_NOTHING: u8 = 1;
pub const WHAT_FITS: u8 = 3;

pub struct Rig {
    pub running: Running,
    pub chain: Handle,
    pub client: Client,
    pub keys: KeyPair,
    pub wallet: HighloadWallet,
    pub minter: Minter,
    pub collections: [Collection; 2],
    queries: AtomicU64,
}

pub fn settings() -> Settings {
    Settings {
        block: Duration::from_millis(10),
        start_secs: Some(START_SECS),
        ..Settings::default()
    }
}

pub fn client(running: &Running) -> Client {
    let config = ClientConfig {
        base_url: running.url(),
        api_key: None,
        requests_per_second: None,
        timeout: Duration::from_secs(10),
    };
    let once = Retries {
        attempts: 1,
        ..Retries::default()
    };
    Client::new(config).unwrap().with_retries(once)
}

impl Rig {
    /// Everything deployed, 1,000 TON left in the wallet.
    pub async fn start() -> Self {
        let rig = Self::with_empty_wallet().await;
        rig.chain
            .give(rig.wallet.address(), 1000 * TON)
            .await
            .unwrap();
        rig.batch(&rig.deployments()).await.unwrap();
        rig
    }

    pub async fn with_empty_wallet() -> Self {
        let running = Sandbox::start(settings()).await.unwrap();
        let keys = KeyPair::from_seed(&[7; 32]);
        let wallet = HighloadWallet::new(keys.public(), SUBWALLET_ID, TIMEOUT_SECS);
        let content = ton::content::onchain(&[("name", "Flap"), ("decimals", "0")]);
        let collection = |name: &str| {
            let own = sbt::offchain(&format!("https://game.example/{name}.json"));
            let content = sbt::collection_content(own, "https://game.example/");
            Collection::new(wallet.address(), content)
        };
        Self {
            chain: running.chain(),
            client: client(&running),
            minter: Minter::new(wallet.address(), content),
            collections: [collection("first-game"), collection("fifth-game")],
            running,
            keys,
            wallet,
            queries: AtomicU64::new(0),
        }
    }

    pub fn deployments(&self) -> Vec<OutMessage> {
        let deploy = |address: &Address, init| OutMessage {
            destination: address.clone(),
            value: 50_000_000,
            body: Cell::default(),
            state_init: Some(init),
            bounce: false,
            mode: WHAT_FITS,
        };
        vec![
            deploy(self.minter.address(), self.minter.state_init()),
            deploy(
                self.collections[0].address(),
                self.collections[0].state_init(),
            ),
            deploy(
                self.collections[1].address(),
                self.collections[1].state_init(),
            ),
        ]
    }

    pub fn next_query(&self) -> QueryId {
        QueryId::of(self.queries.fetch_add(1, Relaxed))
    }

    /// A little before the chain's time, as it has to be.
    pub fn created_at(&self) -> u32 {
        self.chain.now().time_secs - 30
    }

    pub fn signed(&self, messages: &[OutMessage]) -> Vec<u8> {
        let query = self.next_query();
        let signed = self
            .wallet
            .sign(&self.keys, query, self.created_at(), messages, true);
        signed.unwrap().boc
    }

    /// Sends them all from the highload wallet and waits until everything they led to is over.
    pub async fn batch(&self, messages: &[OutMessage]) -> Result<Sent, SendError> {
        let sent = self.chain.send(&self.signed(messages)).await?;
        self.chain.quiet().await?;
        Ok(sent)
    }

    pub fn mint(&self, to: &Address, amount: u128) -> OutMessage {
        let mint = Mint {
            query_id: 5,
            to: to.clone(),
            amount,
            wallet_value: jetton::MINT_WALLET_VALUE,
        };
        OutMessage {
            destination: self.minter.address().clone(),
            value: jetton::MINT_VALUE,
            body: jetton::mint_body(&mint),
            state_init: None,
            bounce: true,
            mode: WHAT_FITS,
        }
    }

    pub fn mint_items(&self, collection: &Collection, items: &[(u64, &Address)]) -> OutMessage {
        let items: Vec<SbtItem> = items
            .iter()
            .map(|(index, owner)| SbtItem {
                index: *index,
                owner: (*owner).clone(),
                content: sbt::item_content("item.json"),
                value: sbt::ITEM_VALUE,
            })
            .collect();
        OutMessage {
            destination: collection.address().clone(),
            value: sbt::batch_value(&items),
            body: sbt::batch_mint_body(9, &items),
            state_init: None,
            bounce: true,
            mode: WHAT_FITS,
        }
    }

    /// Newest first.
    pub async fn transactions(&self, account: &Address) -> Vec<Transaction> {
        let query = TransactionsQuery {
            account: account.clone(),
            from_lt: None,
            to_lt: None,
            limit: 1000,
        };
        self.client.transactions(query).await.unwrap()
    }

    pub async fn jettons(&self, owner: &Address) -> u128 {
        self.client
            .jetton_balance(self.minter.address(), owner)
            .await
            .unwrap()
    }

    pub async fn owner_of(&self, collection: &Collection, index: u64) -> Option<Address> {
        let item = sbt::item_address(collection.address(), index);
        self.client.item_owner(&item).await.unwrap()
    }
}

pub fn coins(to: &Address, nanoton: u64, mode: u8) -> OutMessage {
    OutMessage {
        destination: to.clone(),
        value: nanoton.into(),
        body: Cell::default(),
        state_init: None,
        bounce: false,
        mode,
    }
}

/// Somebody's address at which there is nothing yet.
pub fn somebody(number: u8) -> Address {
    Address::new(0, ton::Hash::from([number; 32]))
}

/// With a wallet as people have them.
pub struct Player {
    pub keys: KeyPair,
    pub wallet: WalletV4,
}

impl Player {
    pub fn new(number: u8) -> Self {
        let keys = KeyPair::from_seed(&[number; 32]);
        Self {
            wallet: WalletV4::new(keys.public(), wallet_v4::WALLET_ID),
            keys,
        }
    }

    pub fn address(&self) -> &Address {
        self.wallet.address()
    }

    /// The first message of the wallet: jettons with a comment.
    pub fn pays(&self, rig: &Rig, amount: u128, forward_value: u128, comment: &str) -> Vec<u8> {
        let transfer = Transfer {
            query_id: 77,
            amount,
            destination: rig.wallet.address().clone(),
            response: Some(self.address().clone()),
            forward_value,
            forward_payload: Some(ton::comment::cell(comment)),
        };
        let message = OutMessage {
            destination: jetton::wallet_address(rig.minter.address(), self.address()),
            value: jetton::TRANSFER_VALUE,
            body: jetton::transfer_body(&transfer),
            state_init: None,
            bounce: true,
            mode: ALL_OR_NOTHING,
        };
        let valid_until = rig.chain.now().time_secs + 60;
        let signed = self
            .wallet
            .sign(&self.keys, 0, valid_until, &[message], true);
        signed.unwrap().boc
    }
}

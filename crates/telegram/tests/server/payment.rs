//! `POST /payment` and `GET /tokens`, over a sandbox chain where the chain matters.

use std::time::Duration;

use axum::http::{StatusCode, header::RETRY_AFTER};
use economy::{Deposit, PurchaseAsked};
use ledger::{ItemId, TonAddress, TonHash};
use serde_json::{Value, json};
use telegram::server::Chain;
use testkit::world::amount;
use ton::{
    Address, OutMessage,
    jetton::{self, Mint, Minter, TransferNotification},
    toncenter::{Client, ClientConfig, Retries, TransactionsQuery},
};
use ton_sandbox::{Handle, Running, Sandbox, Settings};

use crate::{
    wallet::Wallet,
    world::{NOW_MS, World, user},
};

const TON: u64 = 1_000_000_000;
const SHOP: [u8; 32] = [0x22; 32];

/// A chain with a jetton that a wallet of this test mints.
struct Market {
    sandbox: Running,
    chain: Handle,
    client: Client,
    admin: Wallet,
    minter: Minter,
}

impl Market {
    async fn open() -> Self {
        let settings = Settings {
            start_secs: u32::try_from(NOW_MS / 1_000).ok(),
            ..Settings::quick()
        };
        let sandbox = Sandbox::start(settings).await.unwrap();
        let client = Client::new(ClientConfig {
            base_url: sandbox.url(),
            api_key: None,
            requests_per_second: None,
            timeout: Duration::from_secs(5),
        });
        let retries = Retries {
            attempts: 1,
            ..Retries::default()
        };
        let admin = Wallet::new(99);
        let content = jetton::onchain_content(&[("name", "Coin"), ("decimals", "2")]);
        Self {
            chain: sandbox.chain(),
            client: client.unwrap().with_retries(retries),
            minter: Minter::new(admin.wallet.address(), content),
            admin,
            sandbox,
        }
    }

    /// With the game's chain being this one.
    async fn world(&self) -> World {
        let minter = self.minter.address();
        let (minter, client) = (
            TonAddress::new(0, minter.address.0),
            Some(self.client.clone()),
        );
        World::with(|config| {
            let chain = config.chain.take().unwrap();
            config.chain = Some(Chain {
                minter,
                client,
                ..chain
            });
        })
        .await
    }

    async fn mint(&self, to: &Address, units: u128) {
        self.chain
            .give(self.admin.wallet.address(), TON)
            .await
            .unwrap();
        let message = |value, body, state_init| OutMessage {
            destination: self.minter.address().clone(),
            value,
            body,
            state_init,
            bounce: false,
            mode: 3,
        };
        let mint = jetton::mint_body(&Mint {
            query_id: 0,
            to: to.clone(),
            amount: units,
            wallet_value: jetton::MINT_WALLET_VALUE,
        });
        let messages = [
            message(
                jetton::DEPLOY_VALUE,
                ton::Cell::default(),
                Some(self.minter.state_init()),
            ),
            message(jetton::MINT_VALUE, mint, None),
        ];
        self.send(&self.admin, u32::MAX, &messages).await;
    }

    /// As the first message of this wallet.
    async fn send(&self, wallet: &Wallet, valid_until: u32, messages: &[OutMessage]) {
        let signed = wallet
            .wallet
            .sign(&wallet.keys, 0, valid_until, messages, true);
        self.chain.send(&signed.unwrap().boc).await.unwrap();
        self.chain.quiet().await.unwrap();
    }

    /// What arrived at the shop, as the watcher reads it.
    async fn told(&self) -> Vec<TransferNotification> {
        let query = TransactionsQuery {
            account: Address::new(0, ton::Hash::from(SHOP)),
            from_lt: None,
            to_lt: None,
            limit: 10,
        };
        let all = self.client.transactions(query).await.unwrap();
        let bodies = all
            .iter()
            .filter_map(|one| Some(&one.in_msg.as_ref()?.body));
        bodies
            .filter_map(|body| TransferNotification::parse(body).ok())
            .collect()
    }
}

async fn connected(world: &World, player: u64, wallet: &Wallet) {
    let claim = wallet.proved(world, player).await;
    world.done(player, "/wallet", claim).await;
}

/// What a wallet program makes of what it is asked to sign.
fn asked(payment: &Value) -> Vec<OutMessage> {
    let messages = payment["messages"].as_array().unwrap().iter();
    let message = |message: &Value| {
        let to = ton::address::parse(message["address"].as_str().unwrap()).unwrap();
        OutMessage {
            destination: to.address,
            value: message["amount"].as_str().unwrap().parse().unwrap(),
            body: ton::boc::parse_base64(message["payload"].as_str().unwrap()).unwrap(),
            state_init: None,
            bounce: to.bounceable.unwrap(),
            mode: 3,
        }
    };
    messages.map(message).collect()
}

#[tokio::test]
async fn what_the_wallet_signs_pays_the_shop() {
    let market = Market::open().await;
    let world = market.world().await;
    let wallet = Wallet::new(1);
    connected(&world, 7, &wallet).await;
    let none = world.read(7, "/tokens").await;
    assert_eq!(none, json!({"ok": true, "balance": "0.00", "coins": "0"}));

    market.mint(wallet.wallet.address(), 6_000).await;
    market
        .chain
        .give(wallet.wallet.address(), TON)
        .await
        .unwrap();
    let still = world.read(7, "/tokens").await;
    assert_eq!(still, none, "the chain is not asked again at once");
    world.pass_secs(3);
    let tokens = world.read(7, "/tokens").await;
    assert_eq!(
        tokens,
        json!({"ok": true, "balance": "60.00", "coins": "1"})
    );

    let payment = world.done(7, "/payment", json!({"item": "1"})).await;
    assert_eq!(payment["ok"], true);
    assert_eq!(payment["network"], "-3");
    assert_eq!(payment["from"], wallet.address());
    assert_eq!(payment["valid_until"], world.now_secs() + 300);
    let valid_until = payment["valid_until"].as_u64().unwrap();
    let messages = asked(&payment);
    let valid_until = u32::try_from(valid_until).unwrap();
    market.send(&wallet, valid_until, &messages).await;

    let told = market.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].amount, 5_000);
    assert_eq!(told[0].sender, *wallet.wallet.address());
    assert_eq!(told[0].comment().as_deref(), Some("7:1"));
    let shop = Address::new(0, ton::Hash::from(SHOP));
    let there = market
        .client
        .jetton_balance(market.minter.address(), &shop)
        .await;
    assert_eq!(there.unwrap(), 5_000);

    world.pass_secs(3);
    let tokens = world.read(7, "/tokens").await;
    assert_eq!(tokens["balance"], "10.00");
    let coins: f64 = tokens["coins"].as_str().unwrap().parse().unwrap();
    assert!((0.95..1.0).contains(&coins), "the rest came back: {coins}");
    market.sandbox.stop().await;
}

#[tokio::test]
async fn a_chain_that_is_away_is_said_to_be() {
    let market = Market::open().await;
    let world = market.world().await;
    let wallet = Wallet::new(1);
    connected(&world, 7, &wallet).await;
    market.sandbox.stop().await;
    let answer = world.get(7, "/tokens").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.problem(), "chain-away");
    assert_eq!(answer.headers[RETRY_AFTER], "2");
    // To sign, nobody needs the chain.
    world.done(7, "/payment", json!({"item": "1"})).await;
}

#[tokio::test]
async fn what_cannot_be_paid_is_told_why() {
    let world = World::new().await;
    let mut refusals = Vec::new();
    let mut refused = async |what: &str, world: &World, player, item: &str| {
        let answer = world.post(player, "/payment", json!({"item": item})).await;
        refusals.push(json!({what: answer.body}));
    };
    refused("no wallet", &world, 7, "1").await;
    connected(&world, 7, &Wallet::new(1)).await;
    refused("no such item", &world, 7, "9").await;
    refused("no item", &world, 7, "red").await;
    refused("for Stars only", &world, 7, "3").await;
    bought(&world, 7, 1).await;
    refused("bought already", &world, 7, "1").await;
    let without = World::with(|config| config.chain = None).await;
    refused("no chain", &without, 7, "1").await;

    let answer = world.get(8, "/tokens").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    refusals.push(json!({"no wallet to read": answer.body}));
    let answer = without.get(8, "/tokens").await;
    refusals.push(json!({"no chain to read": answer.body}));
    insta::assert_json_snapshot!("payments_that_are_none", refusals);
}

async fn bought(world: &World, player: u64, item: i64) {
    let deposit = Deposit {
        account: TonAddress::new(0, SHOP),
        transaction: TonHash::from_bytes([5; 32]),
        lt: 5,
        sender: TonAddress::new(0, [3; 32]),
        token: world.coin.id,
        amount: amount(5_000),
        comment: Some(format!("{player}:{item}")),
        asked: Some(PurchaseAsked {
            player: user(player),
            item: ItemId::new(item).unwrap(),
            price: Some(amount(5_000)),
        }),
        payer: None,
        shop: world.bank.person(99).await,
    };
    let recorded = world.app.deposit(world.bank.asked(), deposit).await;
    recorded.unwrap();
}

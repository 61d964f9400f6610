//! Rewards from the game to the chain: a burst of plays at once, settled batch by batch on a sandbox chain in the same process. What the chain
//! itself takes is in every figure: both share the processor.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use app::{App, Asked, SystemClock, origin::Gates};
use economy::{AchievementRule, GameRules, Play, RewardState};
use ledger::{
    AchievementId, Amount, CurrencyId, HolderId, IdempotencyKey, Identity, KeyScope, Platform,
    RunId, TelegramUserId, TonAddress,
};
use settlement::{
    Config, Settlement,
    init::{AchievementDesign, Contracts, Design, Init, Network, Progress, TokenDesign},
};
use store_sqlite::{Options, SqliteStore};
use tokio_util::sync::CancellationToken;
use ton::{
    Address, KeyPair,
    toncenter::{Client, ClientConfig},
};
use ton_sandbox::{Running, Sandbox, Settings};

use crate::{Rows, world::make_currency};

/// What is measured.
#[derive(Debug, Clone)]
pub struct Plan {
    pub folder: PathBuf,
    /// Each plays once, and earns tokens and an achievement.
    pub players: u32,
    /// Time between the chain's blocks.
    pub block: Duration,
    /// Rewards in one batch.
    pub batch_actions: u32,
    /// Batches that may be on their way at once.
    pub in_flight: usize,
}

/// Nanoton; more than all rewards can cost.
const FUNDS_EACH: u64 = 200_000_000;
/// Of so many players what is on the chain is compared one by one; of all together it always is.
const LOOKED_AT: usize = 200;

/// Plays, settles, and compares chain and ledger.
///
/// # Errors
/// When something fails that must not, or a reward is missing or doubled.
pub async fn run(plan: &Plan, tell: &mut dyn FnMut(&str)) -> Result<Rows> {
    tell("the deployment");
    let town = Town::new(plan).await?;
    tell("the plays");
    let started = Instant::now();
    town.play(plan.players).await?;
    let played = started.elapsed();
    tell("the settlement");
    let before = town.sandbox.chain().transactions();
    let started = Instant::now();
    town.settle().await?;
    let settled = started.elapsed();
    let transactions = town.sandbox.chain().transactions() - before;
    tell("the comparison");
    town.compare(plan.players).await?;
    let batches = town.batches().await?;

    let mut rows = Rows::new();
    let rewards = f64::from(plan.players) * 2.0;
    rows.add("rewards", rewards, "");
    rows.add(
        "plays a second",
        per_second(plan.players.into(), played),
        "",
    );
    rows.add("rewards settled a second", per_second(rewards, settled), "");
    rows.add("batches", batches, "");
    rows.add("rewards a batch", rewards / batches.max(1.0), "");
    let each = settled.as_secs_f64() * 1_000.0 / batches.max(1.0);
    rows.add(
        "time a batch, with all that are on their way beside it",
        each,
        "ms",
    );
    rows.add("time of a block", plan.block.as_secs_f64() * 1_000.0, "ms");
    rows.add(
        "the chain's transactions a second",
        per_second(transactions.into(), settled),
        "",
    );
    town.end().await?;
    Ok(rows)
}

fn per_second(count: f64, time: Duration) -> f64 {
    count / time.as_secs_f64().max(1e-9)
}

struct Town {
    sandbox: Running,
    client: Client,
    contracts: Contracts,
    app: App,
    gates: Gates,
    token: CurrencyId,
    operator: HolderId,
    settlement: Settlement,
}

impl Town {
    async fn new(plan: &Plan) -> Result<Self> {
        let sandbox = Sandbox::start(Settings {
            block: plan.block,
            ..Settings::default()
        });
        let sandbox = sandbox.await?;
        let client = || {
            Client::new(ClientConfig {
                base_url: sandbox.url(),
                api_key: None,
                requests_per_second: None,
                timeout: Duration::from_secs(30),
            })
        };
        let keys = || KeyPair::from_seed(&[7; 32]);
        let contracts = deploy(plan, &sandbox, &client()?, &keys()).await?;

        let file = plan.folder.join("ton.db");
        let store = SqliteStore::open(Options::at(file), Arc::new(SystemClock))?;
        let (app, gates) = App::new(store, Arc::new(SystemClock));
        let operator = app
            .holder(Identity::new(Platform::Operator, "bench")?)
            .await?;
        let entry = gates.cli.entry("bench", "bench");
        let token = make_currency(&app, &entry, operator).await?;
        let minter = contracts.minter.address().clone();
        let mut config = Config::new(client()?, keys(), contracts.wallet.clone(), minter, token);
        config.collections = contracts
            .collections
            .iter()
            .map(|(id, collection)| (*id, collection.address().clone()))
            .collect::<BTreeMap<_, _>>();
        config.batch_actions = plan.batch_actions;
        config.in_flight = plan.in_flight;
        config.poll = plan.block.min(Duration::from_secs(1));
        let settlement = Settlement::new(config, app.clone(), gates.job.clone());
        Ok(Self {
            client: client()?,
            sandbox,
            contracts,
            app,
            gates,
            token,
            operator,
            settlement,
        })
    }

    async fn play(&self, players: u32) -> Result<()> {
        let entry = self.gates.telegram.entry("POST /played", "bench");
        let rules = GameRules {
            per_game: amount(1),
            per_step: amount(10),
            step: 10,
            run_ceiling: amount(1_000),
            day_ceiling: amount(10_000),
            achievements: vec![AchievementRule {
                achievement: first_play()?,
                plays: 1,
            }],
        };
        for numbers in (1..=players).collect::<Vec<_>>().chunks(2_000) {
            let mut plays = Vec::with_capacity(numbers.len());
            for number in numbers {
                let user = user(*number)?;
                let player = self
                    .app
                    .store()
                    .player_ensure(user, format!("player {number}"));
                let play = Play {
                    player: user,
                    holder: player.await?.holder,
                    run: RunId::from_bytes(u128::from(*number).to_be_bytes()),
                    score: score(*number),
                    token: self.token,
                    rules: rules.clone(),
                    wallet: Some(wallet(*number)),
                };
                let key = IdempotencyKey::new(KeyScope("telegram"), &format!("run:{}", play.run));
                plays.push((Asked::new(&entry, self.operator, key), play.into()));
            }
            for answer in self.app.write_many(plays).await {
                answer.context("a play")?;
            }
        }
        Ok(())
    }

    async fn settle(&self) -> Result<()> {
        let stop = CancellationToken::new();
        let working = self.settlement.run(stop.clone());
        tokio::pin!(working);
        loop {
            tokio::select! {
                () = &mut working => anyhow::bail!("the settlement ended by itself"),
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
            if self.count(|state| state != RewardState::Settled).await? == 0 {
                stop.cancel();
                working.await;
                return Ok(());
            }
        }
    }

    async fn count(&self, counted: impl Fn(RewardState) -> bool) -> Result<u64> {
        let tallies = self.app.store().reward_tallies().await?;
        let counted = tallies.iter().filter(|tally| counted(tally.state));
        Ok(counted.map(|tally| tally.count).sum())
    }

    /// Chain and ledger say the same: together, and of some players one by one.
    async fn compare(&self, players: u32) -> Result<()> {
        let settled = self.count(|state| state == RewardState::Settled).await?;
        ensure!(
            settled == u64::from(players) * 2,
            "{settled} rewards settled"
        );
        let status = self.settlement.status().await?;
        let supply = status.supply;
        ensure!(
            i128::try_from(supply.chain)? == supply.ledger && supply.on_the_way == 0,
            "the chain's supply is not the ledger's: {supply:?}"
        );
        let (_, collection) = self.contracts.collections.first().context("a collection")?;
        let items = self
            .client
            .collection_next_index(collection.address())
            .await?;
        ensure!(items == u64::from(players), "{items} items");
        let apart = (players as usize / LOOKED_AT).max(1);
        for number in (1..=players).step_by(apart) {
            let owner = chain_address(&wallet(number));
            let minter = self.contracts.minter.address();
            let there = self.client.jetton_balance(minter, &owner).await?;
            let player = self
                .app
                .store()
                .player(user(number)?)
                .await?
                .context("a player")?;
            let lines = self.app.store().wallet(player.holder).await?;
            let kept = lines.iter().find(|line| line.currency == self.token);
            let kept = kept.map_or(0, |line| line.balance.get());
            ensure!(
                u128::try_from(kept)? == there && kept > 0,
                "player {number} has {there} on the chain and {kept} in the ledger"
            );
        }
        Ok(())
    }

    async fn batches(&self) -> Result<f64> {
        let mut batches: u32 = 0;
        while let Ok(id) = ledger::BatchId::new(i64::from(batches) + 1)
            && self.app.store().batch(id).await?.is_some()
        {
            batches += 1;
        }
        Ok(batches.into())
    }

    async fn end(self) -> Result<()> {
        let report = self.app.store().audit(Box::new(|_, _| {})).await?;
        ensure!(report.findings.is_empty(), "{:?}", report.findings);
        self.app.store().close().await?;
        self.sandbox.stop().await;
        Ok(())
    }
}

async fn deploy(
    plan: &Plan,
    sandbox: &Running,
    client: &Client,
    keys: &KeyPair,
) -> Result<Contracts> {
    let design = Design {
        network: Network::Sandbox,
        token: TokenDesign {
            name: "Coin".into(),
            symbol: "COIN".into(),
            decimals: 0,
            description: None,
            image: None,
        },
        achievements: vec![AchievementDesign {
            achievement: first_play()?,
            name: "First game".into(),
            image: None,
            items_url: "https://game.invalid/achievements/".into(),
        }],
    };
    let mut progress = Progress::new(design, keys);
    let wallet = settlement::init::wallet(keys);
    let funds = FUNDS_EACH
        .saturating_mul(plan.players.into())
        .saturating_add(10_000_000_000);
    sandbox.chain().give(wallet.address(), funds).await?;
    let go_on = |_: &_| std::ops::ControlFlow::Continue(());
    let mut init = Init::new(client, keys, |_| Ok(()), go_on).pace(Duration::from_millis(20));
    Ok(init.run(&mut progress).await?)
}

fn amount(minor_units: i64) -> Amount {
    Amount::new(minor_units).unwrap_or(Amount::ZERO)
}

fn first_play() -> Result<AchievementId> {
    Ok(AchievementId::new(1)?)
}

fn user(number: u32) -> Result<TelegramUserId> {
    Ok(TelegramUserId::new(number.into())?)
}

/// Different ones, so that balances differ.
const fn score(number: u32) -> u32 {
    number % 100
}

/// A wallet that nobody has opened yet: tokens can be sent to it all the same.
fn wallet(number: u32) -> TonAddress {
    let mut account = [0x5a; 32];
    account[..4].copy_from_slice(&number.to_be_bytes());
    TonAddress::new(0, account)
}

fn chain_address(address: &TonAddress) -> Address {
    Address::new(address.workchain(), (*address.account()).into())
}

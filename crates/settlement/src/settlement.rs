use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use app::{
    App, Asked, Fence, StoreError,
    origin::{Gate, Job},
};
use ledger::{BatchId, HolderId, IdempotencyKey, Identity, KeyScope, Platform, TonAddress};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use ton::{Address, toncenter::Client};

use crate::{
    After, Config, Step, Trouble, address::kept, executor::Resend, plan::Sendable, status::LowFunds,
};

/// Between the ledger and the chain. Of all processes with one ledger open, one works.
#[derive(Debug, Clone)]
pub struct Settlement(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) app: App,
    pub(crate) gate: Gate<Job>,
    /// The wallet's address, at which the shop is paid.
    pub(crate) shop: TonAddress,
    /// The shop's jetton wallet.
    pub(crate) own_wallet: Address,
    live: Mutex<Live>,
}

/// What only this process knows, and loses without harm.
#[derive(Debug, Default)]
pub(crate) struct Live {
    pub(crate) low: Option<LowFunds>,
    pub(crate) resends: BTreeMap<BatchId, Resend>,
    /// Fewer than configured after a message was too large.
    pub(crate) most: Option<u32>,
    /// What is logged once, until something else is.
    pub(crate) told: BTreeMap<Part, String>,
    pub(crate) trouble: BTreeMap<Part, String>,
    /// Held deposits that their player cannot claim.
    pub(crate) unclaimable: BTreeSet<ledger::TonHash>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Rewards,
    Deposits,
}

/// Whether there is more to do at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Something was done, and the next thing may be due.
    Moved,
    /// The chain has to go on first, or the wallet has to be filled.
    Waits,
    /// Nothing is to be done before this time (milliseconds since the Unix epoch), or before something is owed.
    Idle { until_ms: Option<i64> },
}

/// The name of the lease.
pub const LEASE: &str = "settlement";

/// Rewards of other processes, and wallets that were bound, are seen this soon.
const LOOK: Duration = Duration::from_secs(1);
/// However much is committed, the queue is not counted more often.
const SELDOM: Duration = Duration::from_millis(100);

impl Settlement {
    pub fn new(mut config: Config, app: App, gate: Gate<Job>) -> Self {
        config.batch_actions = config.batch_actions.clamp(1, Config::ACTIONS_MOST);
        config.in_flight = config.in_flight.max(1);
        let shop = config.wallet.address();
        Self(Arc::new(Inner {
            shop: kept(shop),
            own_wallet: ton::jetton::wallet_address(&config.minter, shop),
            config,
            app,
            gate,
            live: Mutex::default(),
        }))
    }

    /// Its client, with the rate that it keeps to: others who ask the same server take a clone.
    pub fn client(&self) -> &Client {
        &self.0.config.client
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Works as long as no other process does, until the program stops.
    pub async fn run(&self, stop: CancellationToken) {
        loop {
            let mut lease = tokio::select! {
                () = stop.cancelled() => return,
                lease = self.0.app.alone(LEASE) => lease,
            };
            let fence = lease.fence();
            tokio::select! {
                () = lease.lost() => {}
                () = self.work(&fence) => {
                    // Killed by a test: nothing is given back.
                    return;
                }
                () = stop.cancelled() => {
                    lease.give_back().await;
                    return;
                }
            }
        }
    }

    /// Ends only when a test stops it.
    async fn work(&self, fence: &Fence) {
        tokio::select! {
            () = self.rewards(fence) => {}
            () = self.deposits(fence) => {}
        }
    }

    async fn rewards(&self, fence: &Fence) {
        let mut committed = self.0.app.store().committed();
        loop {
            committed.mark_unchanged();
            let turn = self.0.reward_turn(fence).await;
            let pause = match self.0.heard(Part::Rewards, turn) {
                Heard::Turn(Turn::Moved) => continue,
                Heard::Turn(Turn::Waits) | Heard::Trouble => self.0.config.poll,
                Heard::Turn(Turn::Idle { until_ms }) => {
                    sleep(SELDOM).await;
                    self.until(until_ms)
                }
                Heard::Stopped => return,
            };
            tokio::select! {
                _ = committed.changed() => {}
                () = sleep(pause) => {}
            }
        }
    }

    fn until(&self, time_ms: Option<i64>) -> Duration {
        let now_ms = self.0.app.clock().now_ms();
        let left = time_ms.map_or(i64::MAX, |at| at.saturating_sub(now_ms));
        let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
        left.min(LOOK)
    }

    async fn deposits(&self, fence: &Fence) {
        loop {
            let next = Instant::now() + self.0.config.poll;
            let turn = self.0.deposit_turn(fence).await;
            if let Heard::Stopped = self.0.heard(Part::Deposits, turn) {
                return;
            }
            tokio::time::sleep_until(next).await;
        }
    }

    /// One thing of what is to be done about rewards. [`Settlement::run`] does nothing else; whoever calls it holds the lease.
    ///
    /// # Errors
    /// When chain or ledger do not answer.
    pub async fn reward_turn(&self, fence: &Fence) -> Result<Turn, Trouble> {
        self.0.reward_turn(fence).await
    }

    /// Reads what came to the shop since the last time, and records it.
    ///
    /// # Errors
    /// When chain or ledger do not answer, or what was read is not all.
    pub async fn deposit_turn(&self, fence: &Fence) -> Result<Turn, Trouble> {
        self.0.deposit_turn(fence).await
    }
}

enum Heard {
    Turn(Turn),
    Trouble,
    Stopped,
}

impl Inner {
    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        // What is kept here is whole at any time.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does a step, again if a test wants that, and asks what comes after it.
    pub(crate) async fn step<T, F>(&self, step: Step, work: impl Fn() -> F) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        loop {
            let done = work().await?;
            match self.config.after_step.of(step) {
                After::GoOn => return Ok(done),
                After::Again => {}
                After::Stop => return Err(Trouble::Stopped(step)),
            }
        }
    }

    pub(crate) fn asked(&self, entry: &'static str, actor: HolderId, key: &str) -> Asked {
        let key = IdempotencyKey::new(KeyScope("job"), key);
        Asked::new(&self.gate.entry(entry, "scrip"), actor, key)
    }

    pub(crate) async fn operator(&self) -> Result<HolderId, StoreError> {
        let operator = Identity::new(Platform::Operator, "scrip");
        let operator = operator.expect("a short text without spaces");
        self.app.holder(operator).await
    }

    /// Who is paid for what is bought.
    pub(crate) async fn shop_holder(&self) -> Result<HolderId, StoreError> {
        let shop = Identity::new(Platform::Operator, "shop");
        let shop = shop.expect("a short text without spaces");
        self.app.holder(shop).await
    }

    pub(crate) fn sendable(&self) -> Sendable {
        Sendable {
            token: self.config.token,
            achievements: self.config.collections.keys().copied().collect(),
        }
    }

    fn heard(&self, part: Part, turn: Result<Turn, Trouble>) -> Heard {
        match turn {
            Ok(turn) => {
                if self.live().trouble.remove(&part).is_some() {
                    tracing::info!(?part, "settlement goes on");
                }
                Heard::Turn(turn)
            }
            Err(Trouble::Stopped(step)) => {
                tracing::info!(?step, "stopped");
                Heard::Stopped
            }
            Err(trouble) => {
                self.tell(part, &trouble);
                Heard::Trouble
            }
        }
    }

    /// Logs a trouble once, until it is another one.
    fn tell(&self, part: Part, trouble: &Trouble) {
        let text = trouble.in_full();
        let before = self.live().trouble.insert(part, text.clone());
        if before.as_ref() == Some(&text) {
            return;
        }
        match trouble {
            Trouble::Batch { .. } | Trouble::Settle { .. } | Trouble::Deposit { .. } => {
                tracing::error!(?part, trouble = text, "settlement needs somebody");
            }
            _ => tracing::warn!(?part, trouble = text, "settlement tries again"),
        }
    }

    /// Logs something once, until it is something else.
    pub(crate) fn alarm(&self, part: Part, text: String) {
        let before = self.live().told.insert(part, text.clone());
        if before.as_ref() != Some(&text) {
            tracing::error!(?part, text, "settlement needs somebody");
        }
    }
}

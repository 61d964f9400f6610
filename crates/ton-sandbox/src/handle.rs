use std::sync::Arc;

use thiserror::Error;
use tycho_executor::{Executor, ExecutorInspector, TxError};
use tycho_types::{
    cell::HashBytes,
    models::{AccountStatus, StdAddr},
};

use crate::{
    contract,
    faults::Faults,
    message::{BadMessage, External},
    producer::Command,
    shared::{Progress, Shared},
    world::{self, Order},
};

/// The sandbox is not running any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the sandbox chain has stopped")]
pub struct Stopped;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SendError {
    #[error(transparent)]
    Bad(#[from] BadMessage),
    /// The contract threw, or ran out of gas, before it accepted the message.
    #[error(
        "cannot apply external message to current state : External message was not accepted\nCannot run message on account: inbound external message rejected by account {account}: {}",
        because(exit_code)
    )]
    NotAccepted {
        account: StdAddr,
        /// None if no code ran, such as on an account without coins.
        exit_code: Option<i32>,
    },
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

fn because(exit_code: &Option<i32>) -> String {
    match exit_code {
        Some(code) => format!("before smart-contract execution; exitcode={code}"),
        None => "before smart-contract execution".to_owned(),
    }
}

/// What was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub hash: HashBytes,
    /// As of TEP-467.
    pub normalized_hash: HashBytes,
}

/// A block's number and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    pub seqno: u32,
    /// Seconds since the Unix epoch.
    pub time_secs: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountNow {
    pub status: AccountStatus,
    /// In nanoton.
    pub balance: u128,
    pub last_lt: u64,
    pub last_hash: HashBytes,
}

/// The chain from within the process, without HTTP.
#[derive(Debug, Clone)]
pub struct Handle {
    pub(crate) shared: Arc<Shared>,
}

impl Handle {
    /// Coins from the faucet; comes back when they have arrived.
    pub async fn give(&self, to: &StdAddr, nanoton: u64) -> Result<(), Stopped> {
        let order = Order::Give {
            to: to.clone(),
            nanoton,
        };
        self.order(order)?;
        self.quiet().await
    }

    /// Lets chain time jump; the next block has it.
    pub fn advance(&self, secs: u32) {
        self.shared.clock.advance(secs);
    }

    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// The newest final block that readers see.
    pub fn now(&self) -> Now {
        let index = self.shared.index();
        let block = index.block(self.final_seqno(index.seqno()));
        Now {
            seqno: block.map_or(0, |block| block.seqno),
            time_secs: block.map_or(0, |block| block.now_secs),
        }
    }

    pub(crate) fn final_seqno(&self, seqno: u32) -> u32 {
        seqno
            .saturating_sub(self.shared.faults.finality_blocks())
            .max(1)
    }

    /// As readers see it.
    pub fn account(&self, address: &StdAddr) -> AccountNow {
        let state = self.shared.index().state(address);
        let state = state.unwrap_or_else(world::nothing);
        let account = contract::account(&state);
        AccountNow {
            status: account
                .as_ref()
                .map_or(AccountStatus::NotExists, |account| account.state.status()),
            balance: account.map_or(0, |account| account.balance.tokens.into_inner()),
            last_lt: state.last_trans_lt,
            last_hash: state.last_trans_hash,
        }
    }

    /// In nanoton.
    pub fn balance(&self, address: &StdAddr) -> u128 {
        self.account(address).balance
    }

    /// How many transactions readers see.
    pub fn transactions(&self) -> u32 {
        let index = self.shared.index();
        index
            .block(index.seqno())
            .map_or(0, |block| block.first.saturating_add(block.count))
    }

    /// Takes an external message as a server does: what its contract would not accept now is refused. That it was taken
    /// does not mean that it will be executed.
    pub async fn send(&self, boc: &[u8]) -> Result<Sent, SendError> {
        let external = External::read(boc)?;
        let sent = Sent {
            hash: external.hash,
            normalized_hash: external.normalized_hash,
        };
        let shared = Arc::clone(&self.shared);
        let external = tokio::task::spawn_blocking(move || check(&shared, external))
            .await
            .map_err(|_| Stopped)??;
        if !self.shared.faults.takes_lost_external() {
            self.order(Order::Take(external))?;
        }
        Ok(sent)
    }

    fn order(&self, order: Order) -> Result<(), Stopped> {
        self.shared.given();
        self.shared
            .commands
            .send(Command::Order(order))
            .map_err(|_| Stopped)
    }

    /// Comes back when everything sent so far is executed, no message is on its way, and readers see all of it: not
    /// while the chain is frozen, and later while what readers see lags.
    pub async fn quiet(&self) -> Result<(), Stopped> {
        let given = self.shared.given_so_far();
        self.until(move |progress| {
            progress.carried_out >= given
                && progress.waiting == 0
                && progress.seen_seqno >= progress.busy_seqno
        })
        .await
    }

    /// Comes back when `count` more blocks have been made.
    pub async fn blocks(&self, count: u32) -> Result<(), Stopped> {
        let seqno = self.shared.progress.borrow().seqno.saturating_add(count);
        self.until(move |progress| progress.seqno >= seqno).await
    }

    async fn until(&self, reached: impl Fn(&Progress) -> bool) -> Result<(), Stopped> {
        let mut progress = self.shared.progress.subscribe();
        let stopped = self.shared.stopped.cancelled();
        tokio::select! {
            found = progress.wait_for(reached) => found.map(drop).map_err(|_| Stopped),
            () = stopped => Err(Stopped),
        }
    }
}

fn check(shared: &Shared, external: External) -> Result<External, SendError> {
    let state = shared.head().get(&external.to).cloned();
    let state = state.unwrap_or_else(world::nothing);
    let progress = *shared.progress.borrow();
    let params = world::params(
        progress.seqno.saturating_add(1),
        shared.clock.now_secs(),
        state.last_trans_lt.saturating_add(1),
    );
    let mut inspector = ExecutorInspector::default();
    let checked = Executor::new(&params, &shared.config).check_ordinary_ext(
        &external.to,
        external.cell.clone(),
        &state,
        Some(&mut inspector),
    );
    match checked {
        Ok(()) => Ok(external),
        Err(TxError::Skipped | TxError::Fatal(_)) => Err(SendError::NotAccepted {
            account: external.to,
            exit_code: inspector.exit_code,
        }),
    }
}

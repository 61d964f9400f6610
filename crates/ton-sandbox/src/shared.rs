use std::{
    collections::HashMap,
    sync::{
        PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering::SeqCst},
        mpsc,
    },
};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tycho_executor::ParsedConfig;
use tycho_types::models::{BlockchainConfigParams, ShardAccount, StdAddr};

use crate::{clock::Clock, faults::Faults, index::Index, producer::Command};

/// What the chain's thread and its readers share. Its locks are held for a moment: no execution, no answer under one.
#[derive(Debug)]
pub(crate) struct Shared {
    pub faults: Faults,
    pub clock: Clock,
    pub config: ParsedConfig,
    pub global_id: i32,
    pub commands: mpsc::Sender<Command>,
    pub progress: watch::Sender<Progress>,
    pub stopped: CancellationToken,
    given: AtomicU64,
    head: RwLock<Head>,
    index: RwLock<Index>,
}

/// The accounts as of the newest block, which no lag holds back: what an external message is checked against.
pub(crate) type Head = HashMap<StdAddr, ShardAccount>;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub seqno: u32,
    /// The newest block that readers see.
    pub seen_seqno: u32,
    /// The newest block with a transaction.
    pub busy_seqno: u32,
    /// Commands carried out; to be compared with those given.
    pub carried_out: u64,
    /// Messages on their way between accounts.
    pub waiting: usize,
}

impl Shared {
    pub(crate) fn new(clock: Clock, global_id: i32, commands: mpsc::Sender<Command>) -> Self {
        let config = crate::chain_config::parsed(clock.now_secs());
        Self {
            faults: Faults::default(),
            clock,
            config,
            global_id,
            commands,
            progress: watch::Sender::new(Progress::default()),
            stopped: CancellationToken::new(),
            given: AtomicU64::new(0),
            head: RwLock::default(),
            index: RwLock::default(),
        }
    }

    pub(crate) fn params(&self) -> BlockchainConfigParams {
        self.config.raw.params.clone()
    }

    /// Counts a command that is about to be given.
    pub(crate) fn given(&self) {
        self.given.fetch_add(1, SeqCst);
    }

    pub(crate) fn given_so_far(&self) -> u64 {
        self.given.load(SeqCst)
    }

    pub(crate) fn head(&self) -> RwLockReadGuard<'_, Head> {
        self.head.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn head_mut(&self) -> RwLockWriteGuard<'_, Head> {
        self.head.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}

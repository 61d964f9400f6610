use std::sync::{
    RwLock,
    atomic::{AtomicU64, Ordering},
};

use rustc_hash::FxHashMap;

use crate::read::Overlay;

/// Balances that are committed in the journal and not yet in the account table, for readers; and the newest transfer of each origin.
#[derive(Debug, Default)]
pub(crate) struct Dirty {
    accounts: RwLock<FxHashMap<i64, (i64, i64)>>,
    origins: RwLock<FxHashMap<i64, i64>>,
    /// Grows before entries are removed: a reader that sees it change reads again.
    generation: AtomicU64,
}

impl Dirty {
    /// After a commit: these accounts now stand so.
    pub(crate) fn publish(
        &self,
        accounts: impl Iterator<Item = (i64, (i64, i64))>,
        origins: impl Iterator<Item = (i64, i64)>,
    ) {
        self.accounts
            .write()
            .expect("nobody panics holding it")
            .extend(accounts);
        self.origins
            .write()
            .expect("nobody panics holding it")
            .extend(origins);
    }

    /// After a commit that wrote these accounts to their table as they stood at `mark` or later: those that did not change since go.
    pub(crate) fn written(&self, refs: &[i64], mark: i64) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        let mut accounts = self.accounts.write().expect("nobody panics holding it");
        for account in refs {
            if accounts.get(account).is_some_and(|(_, last)| *last <= mark) {
                accounts.remove(account);
            }
        }
        if accounts.is_empty() {
            accounts.shrink_to(1_024);
        }
    }

    /// All accounts that wait to be written, sorted.
    pub(crate) fn refs(&self) -> Vec<i64> {
        let mut refs: Vec<i64> = self
            .accounts
            .read()
            .expect("nobody panics holding it")
            .keys()
            .copied()
            .collect();
        refs.sort_unstable();
        refs
    }

    pub(crate) fn values(&self, refs: &[i64]) -> Vec<(i64, (i64, i64))> {
        let accounts = self.accounts.read().expect("nobody panics holding it");
        refs.iter()
            .filter_map(|account| accounts.get(account).map(|value| (*account, *value)))
            .collect()
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    pub(crate) fn origin_head(&self, origin: i64) -> Option<i64> {
        self.origins
            .read()
            .expect("nobody panics holding it")
            .get(&origin)
            .copied()
    }
}

impl Overlay for Dirty {
    fn now(&self, account_ref: i64) -> Option<(i64, i64)> {
        self.accounts
            .read()
            .expect("nobody panics holding it")
            .get(&account_ref)
            .copied()
    }
}

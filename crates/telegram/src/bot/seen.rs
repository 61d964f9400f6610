//! Which updates were done: Telegram gives an update again until it hears that it was taken.
//!
//! An update that was done is remembered in one of a fixed number of places, by its number, so that it is not done again after a
//! restart or by another process, and nothing grows. The last number alone would not do: several are worked on at once, and
//! Telegram begins with another number after a week without any. Money does not hang on this: its commands have keys of their own.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use app::{App, StoreError};
use serde_json::json;

const PLACES: i64 = 4_096;

#[derive(Debug)]
pub(super) struct Seen {
    bot: u64,
    at_work: Mutex<HashSet<i64>>,
}

/// Held while an update is worked on.
#[derive(Debug)]
pub(super) struct AtWork<'a> {
    seen: &'a Seen,
    update: i64,
}

impl Seen {
    pub(super) fn new(bot: u64) -> Self {
        Self {
            bot,
            at_work: Mutex::default(),
        }
    }

    /// None while this process works on it already.
    pub(super) fn begin(&self, update: i64) -> Option<AtWork<'_>> {
        let begun = self.lock().insert(update);
        begun.then_some(AtWork { seen: self, update })
    }

    pub(super) async fn was_done(&self, app: &App, update: i64) -> Result<bool, StoreError> {
        let memo = app.store().memo(place(update)).await?;
        Ok(memo == Some(self.mark(update)))
    }

    pub(super) async fn done(&self, app: &App, update: i64) -> Result<(), StoreError> {
        app.store().memo_set(place(update), self.mark(update)).await
    }

    fn mark(&self, update: i64) -> serde_json::Value {
        json!({ "bot": self.bot, "update": update })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.seen.lock().remove(&self.update);
    }
}

fn place(update: i64) -> String {
    format!("telegram.done.{}", update.rem_euclid(PLACES))
}

//! How much was minted by reacting today, for the mint policies that count.
//!
//! A guild's shard is run by one process, so its counts live in that process's memory: loaded once from the ledger, counted on from
//! there, and forgotten with the shard. Two bounds follow from that:
//! - The ledger does not say in which guild a reaction happened. What is loaded of a local group's currencies counts for each of its
//!   guilds, which refuses too much after a restart rather than too little; of global ones nothing is loaded for a guild.
//! - The counts of the global policy are this process's with what the ledger had when they were loaded: of n processes each may let the
//!   cap through once more.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::{BoxFuture, ReactionRecord, StoreError};
use economy::{MintPolicy, MintTallies, PolicyRefusal};
use ledger::{CurrencyId, GroupKind, HolderId};
use tokio::sync::{Notify, OnceCell};

use crate::{context::Context, currencies::Currencies, patience::patiently};

const DAY_MS: i64 = 86_400_000;

/// The counts of the guilds whose policies count, and those over all guilds for the global group.
#[derive(Debug, Default)]
pub(crate) struct Quotas(Mutex<HashMap<Whose, Arc<Slot>>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    /// By Discord's id.
    Guild(u64),
    Global,
}

#[derive(Debug, Default)]
struct Slot {
    counts: OnceCell<Counts>,
    /// What was known before it was forgotten: mints that were on their way then are not in the ledger yet.
    before: Option<Arc<Slot>>,
}

/// Who reacts to whose message. A wallet that is joined with another one begins a new count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Pair {
    pub reactor: HolderId,
    pub author: HolderId,
}

/// Room that was taken for one mint. It must be told how that went.
#[must_use]
#[derive(Debug)]
pub(crate) struct Reserved {
    slot: Arc<Slot>,
    pair: Pair,
    at_ms: i64,
    day: i64,
    settled: bool,
}

impl Quotas {
    /// Whoever had the guilds meanwhile has counted on: what is known is loaded anew.
    pub(crate) fn forget_all(&self) {
        let mut slots = self.lock();
        slots.retain(|_, slot| slot.is_busy());
        for slot in slots.values_mut() {
            let before = Some(Arc::clone(slot));
            *slot = Arc::new(Slot {
                before,
                ..Slot::default()
            });
        }
    }

    /// Takes room for a mint. Where only mints that are still on their way fill the room, this waits for what becomes of them.
    ///
    /// # Errors
    /// The rule that has no room, or a failure of the store.
    pub(crate) async fn reserve(
        &self,
        ctx: &Context,
        whose: Whose,
        policy: &MintPolicy,
        pair: Pair,
    ) -> Result<Result<Reserved, PolicyRefusal>, StoreError> {
        loop {
            let slot = self.slot(whose);
            let counts = slot.counts.get_or_try_init(|| async {
                if let Some(before) = &slot.before {
                    before.settled().await;
                }
                load(ctx, whose, policy).await
            });
            let counts = counts.await?;
            // What settles between the look and the wait wakes this.
            let settled = counts.changed.notified();
            tokio::pin!(settled);
            settled.as_mut().enable();
            if !Arc::ptr_eq(&slot, &self.slot(whose)) {
                continue;
            }
            let now_ms = ctx.app.clock().now_ms();
            match counts.lock().take(policy, pair, now_ms) {
                Taken::Reserved { day } => {
                    return Ok(Ok(Reserved {
                        slot: Arc::clone(&slot),
                        pair,
                        at_ms: now_ms,
                        day,
                        settled: false,
                    }));
                }
                Taken::Refused(refusal) => return Ok(Err(refusal)),
                Taken::Undecided => {}
            }
            settled.await;
        }
    }

    fn slot(&self, whose: Whose) -> Arc<Slot> {
        Arc::clone(self.lock().entry(whose).or_default())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Whose, Arc<Slot>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn load(ctx: &Context, whose: Whose, policy: &MintPolicy) -> Result<Counts, StoreError> {
    let now_ms = ctx.app.clock().now_ms();
    let since_ms = day_of(now_ms)
        .saturating_mul(DAY_MS)
        .min(now_ms.saturating_sub(i64::from(policy.cooldown_secs).saturating_mul(1_000)));
    let minted = patiently(|| async {
        let currencies = currencies(ctx, whose).await?;
        ctx.app.store().reactions_since(currencies, since_ms).await
    });
    Ok(Counts::of(&minted.await?, now_ms))
}

async fn currencies(ctx: &Context, whose: Whose) -> Result<Vec<CurrencyId>, StoreError> {
    let (all, global) = match whose {
        Whose::Global => (Currencies::of_all_guilds(ctx).await?, true),
        Whose::Guild(discord) => match ctx.app.store().guild_by_discord(discord).await? {
            Some(guild) => (Currencies::of_guild(ctx, &guild).await?, false),
            None => return Ok(Vec::new()),
        },
    };
    let counted = all
        .iter()
        .filter(|shown| (shown.kind == GroupKind::Global) == global);
    Ok(counted.map(|shown| shown.currency.id).collect())
}

impl Reserved {
    /// The mint happened: it counts for the day, also if it is taken back later.
    pub(crate) fn keep(mut self) {
        self.settle(true);
    }

    fn settle(&mut self, minted: bool) {
        self.settled = true;
        if let Some(counts) = self.slot.counts.get() {
            counts.lock().settle(self, minted);
            counts.changed.notify_waiters();
        }
    }
}

/// No mint happened, or it had happened before: the room is free again.
impl Drop for Reserved {
    fn drop(&mut self) {
        if !self.settled {
            self.settle(false);
        }
    }
}

impl Slot {
    /// Whether mints are on their way, also such as were forgotten.
    fn is_busy(&self) -> bool {
        let busy = |slot: &Slot| {
            let counts = slot.counts.get();
            counts.is_some_and(|counts| counts.lock().on_their_way > 0)
        };
        busy(self) || self.before.as_deref().is_some_and(Slot::is_busy)
    }

    /// Until nothing is on its way.
    fn settled(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if let Some(before) = &self.before {
                before.settled().await;
            }
            let Some(counts) = self.counts.get() else {
                return;
            };
            loop {
                let changed = counts.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if counts.lock().on_their_way == 0 {
                    return;
                }
                changed.await;
            }
        })
    }
}

#[derive(Debug)]
struct Counts {
    today: Mutex<Today>,
    changed: Notify,
}

impl Counts {
    fn of(minted: &[ReactionRecord], now_ms: i64) -> Self {
        let mut today = Today {
            day: day_of(now_ms),
            ..Today::default()
        };
        for record in minted {
            today.count_in(record);
        }
        Self {
            today: Mutex::new(today),
            changed: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Today> {
        self.today.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Only what was minted today, and each reactor's last mint for as long as a cooldown may last.
#[derive(Debug, Default)]
struct Today {
    day: i64,
    on_their_way: u64,
    reactors: HashMap<HolderId, Count>,
    receivers: HashMap<HolderId, Count>,
    pairs: HashMap<Pair, Count>,
    last_ms: HashMap<HolderId, i64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    minted: u32,
    /// On their way: nobody knows yet whether they mint.
    pending: u32,
}

enum Taken {
    Reserved {
        day: i64,
    },
    Refused(PolicyRefusal),
    /// It depends on mints that are on their way.
    Undecided,
}

impl Today {
    fn take(&mut self, policy: &MintPolicy, pair: Pair, now_ms: i64) -> Taken {
        self.turn_over(now_ms);
        if let Err(refusal) = policy.has_room(&self.minted(pair, now_ms)) {
            return Taken::Refused(refusal);
        }
        if policy.has_room(&self.at_most(pair, now_ms)).is_err() {
            return Taken::Undecided;
        }
        self.each(pair, |count| {
            count.pending = count.pending.saturating_add(1)
        });
        Taken::Reserved { day: self.day }
    }

    fn settle(&mut self, reserved: &Reserved, minted: bool) {
        self.on_their_way = self.on_their_way.saturating_sub(1);
        if minted {
            let last = self.last_ms.entry(reserved.pair.reactor).or_default();
            *last = reserved.at_ms.max(*last);
        }
        // What was reserved yesterday counted for yesterday.
        if reserved.day != self.day {
            return;
        }
        self.each(reserved.pair, |count| {
            count.pending = count.pending.saturating_sub(1);
            count.minted = count.minted.saturating_add(u32::from(minted));
        });
    }

    fn count_in(&mut self, record: &ReactionRecord) {
        let pair = Pair {
            reactor: record.reactor,
            author: record.author,
        };
        let last = self.last_ms.entry(pair.reactor).or_default();
        *last = record.minted_ms.max(*last);
        if day_of(record.minted_ms) == self.day {
            self.each(pair, |count| count.minted = count.minted.saturating_add(1));
        }
    }

    fn each(&mut self, pair: Pair, change: impl Fn(&mut Count)) {
        change(self.reactors.entry(pair.reactor).or_default());
        change(self.receivers.entry(pair.author).or_default());
        change(self.pairs.entry(pair).or_default());
    }

    /// What is certain.
    fn minted(&self, pair: Pair, now_ms: i64) -> MintTallies {
        let last = self.last_ms.get(&pair.reactor);
        self.tallies(pair, |count| count.minted)
            .since(last.map(|last| now_ms.saturating_sub(*last)))
    }

    /// If everything that is on its way mints.
    fn at_most(&self, pair: Pair, now_ms: i64) -> MintTallies {
        let tallies = self.tallies(pair, |count| count.minted.saturating_add(count.pending));
        let on_its_way = count(&self.reactors, &pair.reactor).pending > 0;
        let certain = self.minted(pair, now_ms).since_last_ms;
        tallies.since(if on_its_way { Some(0) } else { certain })
    }

    fn tallies(&self, pair: Pair, of: impl Fn(Count) -> u32) -> MintTallies {
        MintTallies {
            reactor: of(count(&self.reactors, &pair.reactor)),
            receiver: of(count(&self.receivers, &pair.author)),
            pair: of(count(&self.pairs, &pair)),
            since_last_ms: None,
        }
    }

    fn turn_over(&mut self, now_ms: i64) {
        let today = day_of(now_ms);
        // A clock that is set back a little does not open the day again.
        if today <= self.day {
            return;
        }
        let yesterday = today.saturating_sub(1).saturating_mul(DAY_MS);
        self.last_ms.retain(|_, last| *last >= yesterday);
        self.reactors.clear();
        self.receivers.clear();
        self.pairs.clear();
        self.day = today;
    }
}

trait Since {
    fn since(self, since_last_ms: Option<i64>) -> Self;
}

impl Since for MintTallies {
    fn since(self, since_last_ms: Option<i64>) -> Self {
        Self {
            since_last_ms,
            ..self
        }
    }
}

fn count<K: Hash + Eq>(counts: &HashMap<K, Count>, key: &K) -> Count {
    counts.get(key).copied().unwrap_or_default()
}

const fn day_of(ms: i64) -> i64 {
    ms.div_euclid(DAY_MS)
}

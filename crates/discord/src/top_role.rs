//! The role of the five richest members of a guild.
//!
//! One process gives and takes it, in all guilds. Whom it was given to is kept, so that only those lose it, also after a restart.

mod holders;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::{Guild, RateRecord, StoreError};
use ledger::{Currency, CurrencyId, GroupId};
use tokio::{sync::watch, time::sleep};

use crate::{context::Context, shard::stopped};

/// So many have it.
pub(crate) const RICHEST: usize = 5;

const NAME: &str = "discord.top_role";
/// What nobody told of, such as a role that was taken by hand, is found this often.
const EVERYTHING: Duration = Duration::from_secs(3_600);
/// Settings and rates that another process changed, and what stood in the way before, are seen this soon.
const SELDOM: Duration = Duration::from_secs(5);
/// Balances that are read at once.
const PAGE: usize = 2_000;

/// Keeps the role current in all guilds, as the only process that does, until the program stops.
pub(crate) async fn follow(ctx: Arc<Context>, mut stop: watch::Receiver<bool>) {
    loop {
        let mut lease = tokio::select! {
            () = stopped(&mut stop) => return,
            lease = ctx.app.alone(NAME) => lease,
        };
        tokio::select! {
            () = lease.lost() => {}
            () = keep_current(&ctx) => {}
            () = stopped(&mut stop) => {
                lease.give_back().await;
                return;
            }
        }
    }
}

/// Never ends.
async fn keep_current(ctx: &Context) {
    let _listening = ctx.top_roles.listen();
    let mut committed = ctx.app.store().committed();
    let mut woken = ctx.top_roles.woken.subscribe();
    let mut watch = Watch::from(*committed.borrow_and_update());
    loop {
        committed.mark_unchanged();
        woken.mark_unchanged();
        if let Err(error) = watch.look(ctx).await {
            tracing::warn!(%error, "cannot see who is among the richest");
        }
        // However much moves, nobody looks more often.
        sleep(ctx.config.top_role_interval).await;
        tokio::select! {
            _ = committed.changed() => {}
            _ = woken.changed() => {}
            () = sleep(SELDOM) => {}
        }
    }
}

/// What decides who is among the richest, as it was at the last look.
struct Watch {
    cursor: i64,
    rates: Vec<RateRecord>,
    settings: HashMap<u64, Settings>,
    /// Guilds that have to be looked at.
    waiting: BTreeSet<u64>,
    /// When nothing that is kept is trusted any more.
    everything_at_ms: i64,
}

#[derive(PartialEq, Eq)]
struct Settings {
    primary: Option<CurrencyId>,
    role: Option<u64>,
    present: bool,
}

impl Watch {
    fn from(cursor: i64) -> Self {
        Self {
            cursor,
            rates: Vec::new(),
            settings: HashMap::new(),
            waiting: BTreeSet::new(),
            everything_at_ms: 0,
        }
    }

    async fn look(&mut self, ctx: &Context) -> Result<(), StoreError> {
        let now_ms = ctx.app.clock().now_ms();
        let everything = now_ms >= self.everything_at_ms;
        let guilds = ctx.app.store().guilds().await?;
        self.note_settings(&guilds);
        self.note_fortunes(ctx, &guilds).await?;
        self.waiting.extend(ctx.top_roles.take_stirred());
        if everything {
            let all = guilds.iter().filter(|guild| guild.top_role.is_some());
            self.waiting.extend(all.map(|guild| guild.discord));
        }
        for guild in guilds {
            if !self.waiting.contains(&guild.discord) {
                continue;
            }
            if holders::settle(ctx, &guild, everything).await? {
                self.waiting.remove(&guild.discord);
            }
        }
        if everything {
            let after = i64::try_from(EVERYTHING.as_millis()).expect("an hour");
            self.everything_at_ms = now_ms.saturating_add(after);
        }
        Ok(())
    }

    fn note_settings(&mut self, guilds: &[Guild]) {
        for guild in guilds {
            let now = Settings {
                primary: guild.primary,
                role: guild.top_role,
                present: guild.present,
            };
            if self.settings.get(&guild.discord) != Some(&now) {
                self.waiting.insert(guild.discord);
                self.settings.insert(guild.discord, now);
            }
        }
    }

    /// Money that moved, and rates, by which it is counted.
    async fn note_fortunes(&mut self, ctx: &Context, guilds: &[Guild]) -> Result<(), StoreError> {
        let with_role: Vec<&Guild> = guilds
            .iter()
            .filter(|guild| guild.top_role.is_some() && guild.present)
            .collect();
        if with_role.is_empty() {
            self.cursor = *ctx.app.store().committed().borrow();
            return Ok(());
        }
        let currencies = ctx.app.store().currencies().await?;
        let group_of = |id: CurrencyId| -> Option<GroupId> {
            let found = currencies.iter().find(|currency| currency.id == id);
            found.map(|currency| currency.group)
        };
        let counted: HashMap<u64, GroupId> = with_role
            .iter()
            .filter_map(|guild| Some((guild.discord, group_of(guild.primary?)?)))
            .collect();
        let moved = self.moved(ctx, &currencies, &counted).await?;
        let stirred = counted
            .iter()
            .filter(|(_, group)| moved.contains(*group))
            .map(|(guild, _)| *guild);
        self.waiting.extend(stirred);
        Ok(())
    }

    /// The groups of which something moved since the last look.
    async fn moved(
        &mut self,
        ctx: &Context,
        currencies: &[Currency],
        counted: &HashMap<u64, GroupId>,
    ) -> Result<HashSet<GroupId>, StoreError> {
        let all: HashSet<GroupId> = counted.values().copied().collect();
        let rates = ctx.app.store().rates().await?;
        let mut everything = rates != self.rates;
        self.rates = rates;
        let groups: HashMap<CurrencyId, GroupId> = currencies
            .iter()
            .filter(|currency| all.contains(&currency.group))
            .map(|currency| (currency.id, currency.group))
            .collect();
        let mut moved = HashSet::new();
        loop {
            let ids = groups.keys().copied().collect();
            let after = ctx
                .app
                .store()
                .balances_after(self.cursor, ids, PAGE)
                .await?;
            self.cursor = after.cursor;
            everything |= after.linked;
            let found = after.balances.iter();
            moved.extend(found.filter_map(|(_, id, _)| groups.get(id).copied()));
            if !after.more {
                break;
            }
        }
        Ok(if everything { all } else { moved })
    }
}

/// Guilds in which something other than money moved: who is there, or what shall be.
#[derive(Debug, Default)]
pub(crate) struct TopRoles {
    stirred: Mutex<BTreeSet<u64>>,
    /// Who left a guild, and with it lost all roles there.
    left: Mutex<BTreeMap<u64, BTreeSet<u64>>>,
    woken: watch::Sender<()>,
    /// Whether this process is the one that gives the role; what happens is noted only then.
    listening: AtomicBool,
}

impl TopRoles {
    pub(crate) fn stir(&self, guild: u64) {
        if !self.listening.load(Ordering::Relaxed) {
            return;
        }
        if let Ok(mut stirred) = self.stirred.lock() {
            stirred.insert(guild);
        }
        self.woken.send_replace(());
    }

    pub(crate) fn left(&self, guild: u64, user: u64) {
        if !self.listening.load(Ordering::Relaxed) {
            return;
        }
        if let Ok(mut left) = self.left.lock() {
            left.entry(guild).or_default().insert(user);
        }
        self.stir(guild);
    }

    fn take_stirred(&self) -> BTreeSet<u64> {
        let stirred = self.stirred.lock();
        stirred.map_or_else(|_| BTreeSet::new(), |mut all| std::mem::take(&mut *all))
    }

    fn take_left(&self, guild: u64) -> BTreeSet<u64> {
        let left = self.left.lock();
        left.ok()
            .and_then(|mut all| all.remove(&guild))
            .unwrap_or_default()
    }

    fn listen(&self) -> Listening<'_> {
        self.listening.store(true, Ordering::Relaxed);
        Listening(self)
    }
}

struct Listening<'a>(&'a TopRoles);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.0.listening.store(false, Ordering::Relaxed);
        self.0.take_stirred();
        if let Ok(mut left) = self.0.left.lock() {
            left.clear();
        }
    }
}

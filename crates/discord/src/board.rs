//! Leaderboards. What members have is kept in memory while somebody asks, and brought up to date for every question: reading a hundred
//! thousand members anew for each would take too long.

mod roster;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::{Guild, Member, StoreError};
use economy::{Standings, Wealth};
use ledger::{CurrencyId, GroupId, GuildId, HolderId};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

use self::roster::{Direct, Roster};
use crate::{
    context::Context,
    currencies::{Currencies, Shown},
    shard::stopped,
};

/// What is kept of all guilds together: members, wallets and places. About 30 bytes each.
const MOST: usize = 4_000_000;
/// What nobody asked for so long is forgotten.
const FORGOTTEN_MS: i64 = 600_000;
/// Boards of so many members follow the journal between questions, so that none has much to catch up with.
const LARGE: usize = 5_000;
const FOLLOW_EVERY: Duration = Duration::from_millis(250);
/// Transfers that are looked at in one read.
const PAGE: usize = 2_000;
/// Catching up with as many transfers as this for each member takes about as long as reading the members anew.
const TRANSFERS_A_MEMBER: usize = 1;

/// One board, as somebody sees it.
#[derive(Debug)]
pub(crate) struct View<'a> {
    roster: &'a Roster,
    standings: &'a Standings,
}

impl View<'_> {
    /// How many have a place.
    pub(crate) fn places(&self) -> usize {
        self.standings.len()
    }

    /// Members and what they have from a place on, counted from zero.
    pub(crate) fn page(&self, skip: usize, count: usize) -> Vec<(Option<u64>, i128)> {
        let page = self.standings.page(skip, count).iter();
        page.map(|wealth| (self.roster.seen_as(wealth.holder), wealth.value))
            .collect()
    }

    /// Somebody's place, counted from one.
    pub(crate) fn rank(&self, holder: HolderId) -> Option<(usize, Wealth)> {
        self.standings.rank(holder)
    }
}

/// Shows a guild's leaderboard in one currency as it is now: each member's wallets of the same group, summed at direct rates.
pub(crate) async fn look<T>(
    ctx: &Context,
    guild: &Guild,
    (currencies, shown): (&Currencies, &Shown),
    see: impl FnOnce(&View<'_>) -> T,
) -> Result<T, StoreError> {
    let target = shown.currency.id;
    let group = same_group(currencies, shown);
    let direct = direct_rates(ctx, &group, target).await?;
    let key = (guild.id, shown.currency.group);
    let slot = ctx.boards.slot(key, ctx.app.clock().now_ms());
    // Whoever asks meanwhile waits here, and finds what was read for the first one.
    let mut kept = slot.kept.lock().await;
    let passes = passes_done(guild);
    let known = kept.take().filter(|kept| kept.passes >= passes);
    let known = known.map(|kept| kept.roster);
    let known = known.filter(|roster| roster.currencies() == group.as_slice());
    let roster = up_to_date(ctx, guild.id, group, known).await?;
    let roster = sorted(roster, target, &direct).await;
    let kept = kept.insert(Kept { passes, roster });
    let (roster, standings) = kept.roster.sort(target, &direct);
    let seen = see(&View { roster, standings });
    slot.weight.store(roster.weight(), Ordering::Relaxed);
    ctx.boards.make_room(ctx.app.clock().now_ms());
    Ok(seen)
}

/// How often all members were fetched to the end. Any process may have done that: who was in no page has left.
const fn passes_done(guild: &Guild) -> u32 {
    let sync = guild.sync;
    if sync.complete {
        sync.pass
    } else {
        sync.pass.saturating_sub(1)
    }
}

/// All currencies of the group of one.
fn same_group(currencies: &Currencies, shown: &Shown) -> Vec<CurrencyId> {
    let same = currencies
        .iter()
        .filter(|other| other.currency.group == shown.currency.group);
    let mut same: Vec<CurrencyId> = same.map(|other| other.currency.id).collect();
    same.sort_unstable();
    same
}

async fn direct_rates(
    ctx: &Context,
    group: &[CurrencyId],
    target: CurrencyId,
) -> Result<Direct, StoreError> {
    let rates = ctx.app.store().rates().await?;
    let direct = rates
        .into_iter()
        .filter(|rate| rate.to == target && group.contains(&rate.from));
    Ok(direct.map(|rate| (rate.from, rate.rate)).collect())
}

async fn up_to_date(
    ctx: &Context,
    guild: GuildId,
    group: Vec<CurrencyId>,
    known: Option<Roster>,
) -> Result<Roster, StoreError> {
    if let Some(known) = known
        && let Some(roster) = caught_up(ctx, known).await?
    {
        return Ok(roster);
    }
    let stats = ctx.app.store().guild_stats(guild, group.clone()).await?;
    Ok(heavy(move || Roster::new(stats, group)).await)
}

/// With what transfers changed since; `None` when reading anew is the better way.
async fn caught_up(ctx: &Context, mut roster: Roster) -> Result<Option<Roster>, StoreError> {
    let most = PAGE + roster.members() * TRANSFERS_A_MEMBER;
    let mut seen = 0;
    loop {
        let (cursor, currencies) = (roster.cursor(), roster.currencies().to_vec());
        let after = ctx
            .app
            .store()
            .balances_after(cursor, currencies, PAGE)
            .await?;
        if roster.catch_up(&after).is_err() {
            return Ok(None);
        }
        if !after.more {
            return Ok(Some(roster));
        }
        seen += PAGE;
        if seen >= most {
            return Ok(None);
        }
    }
}

async fn sorted(mut roster: Roster, target: CurrencyId, direct: &Direct) -> Roster {
    if roster.members() < LARGE || !roster.must_sort(target, direct) {
        return roster;
    }
    let direct = direct.clone();
    heavy(move || {
        roster.sort(target, &direct);
        roster
    })
    .await
}

/// Does what takes tens of milliseconds where nobody else waits for it.
async fn heavy<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|broken| std::panic::resume_unwind(broken.into_panic()))
}

type Key = (GuildId, GroupId);

/// The boards that are kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Boards(Mutex<HashMap<Key, Arc<Slot>>>);

#[derive(Debug, Default)]
struct Slot {
    kept: tokio::sync::Mutex<Option<Kept>>,
    used_ms: AtomicI64,
    weight: AtomicUsize,
}

#[derive(Debug)]
struct Kept {
    /// How often all members had been fetched before it was read.
    passes: u32,
    roster: Roster,
}

impl Slot {
    fn is_forgotten(&self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.used_ms.load(Ordering::Relaxed)) > FORGOTTEN_MS
    }
}

impl Boards {
    fn all(&self) -> MutexGuard<'_, HashMap<Key, Arc<Slot>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self, key: Key, now_ms: i64) -> Arc<Slot> {
        let mut all = self.all();
        let slot = all.entry(key).or_default();
        slot.used_ms.store(now_ms, Ordering::Relaxed);
        Arc::clone(slot)
    }

    fn of_guild(&self, guild: GuildId) -> Vec<Arc<Slot>> {
        let all = self.all();
        let slots = all.iter().filter(|((of, _), _)| *of == guild);
        slots.map(|(_, slot)| Arc::clone(slot)).collect()
    }

    /// Forgets what nobody asks for any more, and the longest unused where there is too much in all; the last one used stays.
    fn make_room(&self, now_ms: i64) {
        let mut all = self.all();
        all.retain(|_, slot| !slot.is_forgotten(now_ms));
        let weight = |all: &HashMap<Key, Arc<Slot>>| {
            let weights = all.values().map(|slot| slot.weight.load(Ordering::Relaxed));
            weights.fold(0, usize::saturating_add)
        };
        while all.len() > 1 && weight(&all) > MOST {
            let oldest = all
                .iter()
                .min_by_key(|(_, slot)| slot.used_ms.load(Ordering::Relaxed));
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                return;
            };
            all.remove(&oldest);
        }
    }

    /// Another process may have changed anything.
    pub(crate) fn forget_all(&self) {
        self.all().clear();
    }

    /// So much changed in a guild that it is read anew.
    pub(crate) fn forget(&self, guild: GuildId) {
        self.all().retain(|(of, _), _| *of != guild);
    }

    pub(crate) async fn left(&self, guild: GuildId, discord: u64) {
        for slot in self.of_guild(guild) {
            if let Some(kept) = &mut *slot.kept.lock().await {
                kept.roster.left(discord);
            }
        }
    }

    /// A page of members was stored. A new face among them is worth reading the board anew.
    pub(crate) async fn listed(&self, guild: GuildId, page: &[Member]) {
        for slot in self.of_guild(guild) {
            let mut kept = slot.kept.lock().await;
            let as_known = |kept: &Kept| {
                page.iter()
                    .all(|member| kept.roster.has(member.discord) != member.bot)
            };
            if kept.as_ref().is_some_and(|kept| !as_known(kept)) {
                *kept = None;
            }
        }
    }
}

/// Somebody was stored as a member, after which this is called.
pub(crate) async fn joined(ctx: &Context, guild: GuildId, member: &Member, holder: HolderId) {
    if member.bot {
        ctx.boards.left(guild, member.discord).await;
        return;
    }
    for slot in ctx.boards.of_guild(guild) {
        let mut kept = slot.kept.lock().await;
        let Some(mut board) = kept.take() else {
            continue;
        };
        // What cannot be read now is read with everything else at the next question.
        if let Ok(wallet) = ctx.app.store().wallet(holder).await {
            board.roster.joined(member.discord, holder, &wallet);
            *kept = Some(board);
        }
    }
}

/// Reads a large guild's board in its primary currency before somebody asks for it.
pub(crate) async fn warm(ctx: &Context, discord: u64) {
    if let Err(error) = warm_large(ctx, discord).await {
        tracing::debug!(%error, guild = discord, "cannot read a board yet");
    }
}

async fn warm_large(ctx: &Context, discord: u64) -> Result<(), StoreError> {
    let guild = ctx.app.store().guild_by_discord(discord).await?;
    let Some(guild) = guild.filter(|guild| guild.sync.fetched >= LARGE as u64) else {
        return Ok(());
    };
    let currencies = Currencies::of_guild(ctx, &guild).await?;
    match currencies.primary() {
        Some(primary) => look(ctx, &guild, (&currencies, primary), |_| ()).await,
        None => Ok(()),
    }
}

/// Keeps large boards that somebody asked for lately near the end of the journal, until the program stops.
pub(crate) async fn follow(ctx: Arc<Context>, mut stop: watch::Receiver<bool>) {
    let mut look = interval(FOLLOW_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stopped(&mut stop) => return,
            _ = look.tick() => {}
        }
        ctx.boards.make_room(ctx.app.clock().now_ms());
        let slots: Vec<Arc<Slot>> = ctx.boards.all().values().cloned().collect();
        for slot in slots {
            follow_one(&ctx, &slot).await;
        }
    }
}

async fn follow_one(ctx: &Context, slot: &Slot) {
    // Where somebody is asking just now it is brought up to date anyway.
    let Ok(mut kept) = slot.kept.try_lock() else {
        return;
    };
    let end = *ctx.app.store().committed().borrow();
    let behind = |kept: &mut Kept| kept.roster.members() >= LARGE && kept.roster.cursor() < end;
    if let Some(Kept { passes, roster }) = kept.take_if(behind) {
        // What failed is read anew when somebody asks.
        let roster = caught_up(ctx, roster).await.unwrap_or_default();
        *kept = roster.map(|roster| Kept { passes, roster });
    }
}

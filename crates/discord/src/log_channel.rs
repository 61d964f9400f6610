//! Tells each movement of money in the log channels of the guilds that it concerns, at least once.
//!
//! One process follows the journal. A guild's cursor is set after its message was taken, so that a crash in between tells some lines
//! again and loses none. Everything before the common cursor is told in every guild: guilds in which nothing happens need none of their
//! own. A guild whose channel is not there or closed is left out until its admins say otherwise, and what happens meanwhile with it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use app::{Guild, StoreError, TransactionFilter};
use ledger::{CurrencyId, GroupId, GroupKind, Transaction};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval},
};

use crate::{
    context::Context,
    here,
    log_alert::Alert,
    log_lines::{Backlog, Entry},
    log_post::{self, Posted},
    patience::patiently,
    shard::stopped,
    troubles::{self, Part},
};

const NAME: &str = "discord.log";
/// Transactions that are read at once.
const PAGE: usize = 1_000;
/// Pages between two looks at what can be told.
const PAGES: usize = 20;
/// Messages that are begun in one go. Discord takes 50 requests a second of a bot (its documentation, "Rate Limits"), and others need
/// some of them.
const POSTS: usize = 20;
/// After a failed message the next try waits longer and longer, up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// The guild's log begins now. To be called before a channel is kept: where there is one that works already, its log goes on instead.
pub(crate) async fn begin(ctx: &Context, guild: &Guild) -> Result<(), StoreError> {
    let works = !troubles::paused(ctx, guild.discord, Part::LogChannel).await;
    if guild.log_channel.is_some() && works {
        return Ok(());
    }
    // 0 would say that it never began.
    let now = newest(ctx).await?.max(1);
    ctx.app
        .store()
        .cursor_set(cursor_name(guild.discord), now)
        .await
}

/// The end of the journal, also where other processes write it.
async fn newest(ctx: &Context) -> Result<i64, StoreError> {
    let filter = TransactionFilter {
        limit: 1,
        ..TransactionFilter::default()
    };
    let last = ctx.app.store().transactions(filter).await?;
    Ok(last.first().map_or(0, |transaction| transaction.id.get()))
}

pub(crate) fn cursor_name(guild: u64) -> String {
    format!("{NAME}.{guild}")
}

/// As the only process that does, until the program stops.
pub(crate) async fn follow(ctx: Arc<Context>, mut stop: watch::Receiver<bool>) {
    loop {
        let mut lease = tokio::select! {
            () = stopped(&mut stop) => return,
            lease = ctx.app.alone(NAME) => lease,
        };
        tokio::select! {
            () = lease.lost() => {}
            () = follow_alone(&ctx) => {}
            () = stopped(&mut stop) => {
                lease.give_back().await;
                return;
            }
        }
    }
}

/// Never ends.
async fn follow_alone(ctx: &Arc<Context>) {
    let mut follower = Follower::new(ctx).await;
    let between = ctx.config.log_interval / 10;
    let mut ticks = interval(between.clamp(Duration::from_millis(10), Duration::from_secs(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {
                if let Err(error) = follower.go_on(ctx).await {
                    tracing::warn!(%error, "cannot read what to tell in log channels");
                }
            }
            Some(posted) = follower.posts.join_next() => match posted {
                Ok(posted) => follower.settle(ctx, posted),
                Err(broken) => std::panic::resume_unwind(broken.into_panic()),
            },
        }
    }
}

struct Follower {
    /// By Discord's guild id.
    desks: HashMap<u64, Desk>,
    belongs: Belongs,
    /// Up to here the journal is read.
    scanned: i64,
    /// Up to here everything is told everywhere, as it is stored.
    told: i64,
    posts: JoinSet<Posted>,
    alert: Alert,
    looked: Option<Instant>,
}

/// A guild with a log channel.
#[derive(Debug)]
struct Desk {
    guild: Guild,
    channel: u64,
    /// What came before is not for this guild's log.
    read: i64,
    /// Up to here it is told.
    told: i64,
    /// Its own cursor, as it is stored.
    kept: i64,
    backlog: Backlog,
    /// How many transactions are in the message that is on its way.
    on_its_way: Option<u64>,
    not_before: Instant,
    failures: u32,
    paused: bool,
}

/// In which guilds a currency is at home.
#[derive(Debug, Default)]
struct Belongs {
    single: HashMap<CurrencyId, u64>,
    shared: HashMap<CurrencyId, GroupId>,
}

impl Follower {
    async fn new(ctx: &Context) -> Self {
        Self {
            desks: HashMap::new(),
            belongs: Belongs::default(),
            scanned: 0,
            told: 0,
            posts: JoinSet::new(),
            alert: Alert::load(ctx).await,
            looked: None,
        }
    }

    async fn go_on(&mut self, ctx: &Arc<Context>) -> Result<(), StoreError> {
        self.look(ctx).await?;
        for _ in 0..PAGES {
            if !self.scan(ctx).await? {
                break;
            }
        }
        self.post(ctx);
        self.alert.look(ctx, self.waiting());
        self.keep_cursor(ctx).await
    }

    /// Which guilds have a log channel, and which currencies there are.
    async fn look(&mut self, ctx: &Context) -> Result<(), StoreError> {
        let now = Instant::now();
        let often = ctx.config.log_interval.min(Duration::from_secs(5));
        if self.looked.is_some_and(|looked| now - looked < often) {
            return Ok(());
        }
        let store = ctx.app.store();
        if self.looked.is_none() {
            self.told = store.cursor(NAME.into()).await?;
            self.scanned = match self.told {
                0 => newest(ctx).await?,
                told => told,
            };
        }
        let guilds = store.guilds().await?;
        self.belongs = Belongs::read(ctx, &guilds).await?;
        let mut gone: HashSet<u64> = self.desks.keys().copied().collect();
        for guild in guilds {
            let Some(channel) = guild.log_channel.filter(|_| guild.present) else {
                continue;
            };
            gone.remove(&guild.discord);
            self.open(ctx, guild, channel).await?;
        }
        self.desks.retain(|discord, _| !gone.contains(discord));
        self.looked = Some(now);
        Ok(())
    }

    async fn open(&mut self, ctx: &Context, guild: Guild, channel: u64) -> Result<(), StoreError> {
        let discord = guild.discord;
        if let Some(desk) = self.desks.get_mut(&discord) {
            if desk.channel != channel {
                desk.not_before = Instant::now();
            }
            desk.channel = channel;
            desk.guild = guild;
            if desk.paused && !troubles::paused(ctx, discord, Part::LogChannel).await {
                desk.paused = false;
                let begun = ctx.app.store().cursor(cursor_name(discord)).await?;
                // Somebody set the channel anew, and things may have happened since.
                if begun != desk.kept {
                    (desk.read, desk.told, desk.kept) = (begun, begun, begun);
                    self.scanned = self.scanned.min(begun);
                }
            }
            return Ok(());
        }
        let own = ctx.app.store().cursor(cursor_name(discord)).await?;
        let first_look = self.looked.is_none();
        let start = match (own, first_look) {
            (0, _) => self.scanned,
            // Its own cursor is old when nothing has happened there for long.
            (own, true) => own.max(self.scanned),
            (own, false) => own,
        };
        let paused = troubles::paused(ctx, discord, Part::LogChannel).await;
        self.scanned = self.scanned.min(start);
        self.desks.insert(
            discord,
            Desk {
                guild,
                channel,
                read: start,
                told: start,
                kept: own,
                backlog: Backlog::default(),
                on_its_way: None,
                not_before: Instant::now(),
                failures: 0,
                paused,
            },
        );
        Ok(())
    }

    /// Reads a page of the journal; whether there may be more.
    async fn scan(&mut self, ctx: &Context) -> Result<bool, StoreError> {
        let store = ctx.app.store();
        let page = store.transactions_after(self.scanned, PAGE).await?;
        if page
            .iter()
            .any(|transaction| !self.belongs.knows(transaction))
        {
            let guilds = store.guilds().await?;
            self.belongs = Belongs::read(ctx, &guilds).await?;
        }
        for transaction in &page {
            self.take(transaction);
        }
        Ok(page.len() == PAGE)
    }

    fn take(&mut self, transaction: &Transaction) {
        let id = transaction.id.get();
        for discord in self.belongs.guilds_of(transaction) {
            let Some(desk) = self.desks.get_mut(&discord) else {
                continue;
            };
            let belongs = &self.belongs;
            let concerns = |currency| belongs.concerns(currency, &desk.guild);
            if id <= desk.read {
                continue;
            }
            desk.read = id;
            let entry = Entry::of(transaction, concerns).filter(|_| !desk.paused);
            entry.into_iter().for_each(|entry| desk.backlog.push(entry));
        }
        self.scanned = self.scanned.max(id);
    }

    /// Begins the messages that are due, those first that wait longest.
    fn post(&mut self, ctx: &Arc<Context>) {
        let now = Instant::now();
        let mut due: Vec<&mut Desk> = self
            .desks
            .values_mut()
            .filter(|desk| desk.is_due(now))
            .collect();
        due.sort_by_key(|desk| desk.not_before);
        for desk in due.into_iter().take(POSTS) {
            let backlog = std::mem::take(&mut desk.backlog);
            desk.on_its_way = Some(backlog.count());
            let (guild, channel) = (desk.guild.clone(), desk.channel);
            let ctx = Arc::clone(ctx);
            self.posts
                .spawn(async move { log_post::post(&ctx, guild, channel, backlog).await });
        }
    }

    fn settle(&mut self, ctx: &Context, posted: Posted) {
        let Some(desk) = self.desks.get_mut(&posted.guild) else {
            return;
        };
        desk.on_its_way = None;
        let later = std::mem::take(&mut desk.backlog);
        desk.backlog = posted.left.followed_by(later);
        let interval = ctx.config.log_interval;
        match posted.outcome {
            log_post::Outcome::Told { upto } => {
                desk.failures = 0;
                desk.told = upto.unwrap_or(desk.told);
                desk.kept = upto.unwrap_or(desk.kept);
                desk.not_before = Instant::now() + interval;
            }
            log_post::Outcome::Failed => {
                desk.failures = desk.failures.saturating_add(1);
                let wait = interval.saturating_mul(1 << desk.failures.min(10));
                desk.not_before = Instant::now() + wait.min(LONGEST_WAIT.max(interval));
            }
            log_post::Outcome::Paused => {
                desk.paused = true;
                desk.backlog = Backlog::default();
            }
        }
    }

    /// How many transactions wait to be told.
    fn waiting(&self) -> u64 {
        let desks = self.desks.values();
        desks
            .map(|desk| desk.backlog.count() + desk.on_its_way.unwrap_or(0))
            .sum()
    }

    async fn keep_cursor(&mut self, ctx: &Context) -> Result<(), StoreError> {
        let busy = self.desks.values().filter(|desk| desk.is_busy());
        let told = busy.map(|desk| desk.told).min().unwrap_or(self.scanned);
        let told = told.min(self.scanned);
        if told > self.told {
            patiently(|| ctx.app.store().cursor_set(NAME.into(), told)).await?;
            self.told = told;
        }
        Ok(())
    }
}

impl Desk {
    fn is_due(&self, now: Instant) -> bool {
        !self.paused
            && self.on_its_way.is_none()
            && !self.backlog.is_empty()
            && now >= self.not_before
    }

    fn is_busy(&self) -> bool {
        self.on_its_way.is_some() || !self.backlog.is_empty()
    }
}

impl Belongs {
    async fn read(ctx: &Context, guilds: &[Guild]) -> Result<Self, StoreError> {
        let groups = ctx.app.store().groups().await?;
        let currencies = ctx.app.store().currencies().await?;
        let shared: HashSet<GroupId> = groups
            .iter()
            .filter(|group| group.kind != GroupKind::Single)
            .map(|group| group.id)
            .collect();
        let single: HashMap<GroupId, u64> = guilds
            .iter()
            .map(|guild| (guild.single, guild.discord))
            .collect();
        let mut belongs = Self::default();
        for currency in currencies {
            if shared.contains(&currency.group) {
                belongs.shared.insert(currency.id, currency.group);
            } else {
                // Of an application's own currency no guild hears.
                let guild = single.get(&currency.group).copied().unwrap_or(0);
                belongs.single.insert(currency.id, guild);
            }
        }
        Ok(belongs)
    }

    fn knows(&self, transaction: &Transaction) -> bool {
        transaction.transfers.iter().all(|transfer| {
            let currency = transfer.debit.currency;
            self.single.contains_key(&currency) || self.shared.contains_key(&currency)
        })
    }

    fn guilds_of(&self, transaction: &Transaction) -> HashSet<u64> {
        let moved = transaction.transfers.iter();
        let mut guilds: HashSet<u64> = moved
            .filter_map(|transfer| self.single.get(&transfer.debit.currency).copied())
            .collect();
        guilds.extend(told_in(transaction));
        guilds
    }

    /// Whether this currency's moves are this guild's business, in a transaction that is told there.
    fn concerns(&self, currency: CurrencyId, guild: &Guild) -> bool {
        match (self.single.get(&currency), self.shared.get(&currency)) {
            (Some(home), _) => *home == guild.discord,
            (None, Some(group)) => guild.groups.contains(group),
            (None, None) => false,
        }
    }
}

/// The guild in which a command or a reaction of ours moved shared money.
fn told_in(transaction: &Transaction) -> Option<u64> {
    let ours = transaction.origin.entry.starts_with("discord:");
    let reference = transaction.detail.reference.as_deref().filter(|_| ours)?;
    here::guild_of(reference)
}

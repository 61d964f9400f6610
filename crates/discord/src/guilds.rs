//! The guilds that the bot is in.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, RwLock},
};

use app::{Guild, StoreError, reported_name};
use economy::MintPolicy;
use ledger::{CurrencyId, GroupKind, GuildId};
use twilight_model::{
    gateway::payload::incoming::{GuildCreate, GuildDelete},
    id::Id,
};

use crate::{
    context::Context, currencies::Currencies, emoji, install, members, onboarding,
    patience::patiently,
};

/// What every reaction needs to know of its guild.
#[derive(Debug)]
pub(crate) struct Home {
    pub id: GuildId,
    /// Which emoji stands for which currency.
    pub emojis: HashMap<u64, Coin>,
    pub policy: MintPolicy,
}

/// A currency as a reaction gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Coin {
    pub currency: CurrencyId,
    pub kind: GroupKind,
}

/// Homes by Discord's guild id, so that a reaction does not ask the database for one. Forgotten when something about them changes.
#[derive(Debug, Default)]
pub(crate) struct Homes(RwLock<KnownHomes>);

#[derive(Debug, Default)]
struct KnownHomes {
    /// With the time since when.
    homes: HashMap<u64, (Arc<Home>, i64)>,
    /// How often one was forgotten: what was read before that may be old already.
    forgotten: u64,
}

impl Homes {
    /// Another process may change a guild's groups and emojis.
    const GOOD_MS: i64 = 60_000;

    pub(crate) fn forget(&self, discord: u64) {
        if let Ok(mut known) = self.0.write() {
            known.homes.remove(&discord);
            known.forgotten += 1;
        }
    }

    pub(crate) fn forget_all(&self) {
        if let Ok(mut known) = self.0.write() {
            known.homes.clear();
            known.forgotten += 1;
        }
    }

    fn get(&self, discord: u64, now_ms: i64) -> Option<Arc<Home>> {
        let known = self.0.read().ok()?;
        let (home, since_ms) = known.homes.get(&discord)?;
        (now_ms.saturating_sub(*since_ms) < Self::GOOD_MS).then(|| Arc::clone(home))
    }

    /// What [`Homes::put`] compares.
    fn mark(&self) -> u64 {
        self.0.read().map_or(0, |known| known.forgotten)
    }

    /// Keeps what was read since this mark, unless something changed meanwhile.
    fn put(&self, discord: u64, home: &Arc<Home>, (mark, now_ms): (u64, i64)) {
        if let Ok(mut known) = self.0.write()
            && known.forgotten == mark
        {
            known.homes.insert(discord, (Arc::clone(home), now_ms));
        }
    }
}

/// A guild's home; `None` when the bot does not keep that guild.
pub(crate) async fn home(ctx: &Context, discord: u64) -> Result<Option<Arc<Home>>, StoreError> {
    let now_ms = ctx.app.clock().now_ms();
    if let Some(known) = ctx.homes.get(discord, now_ms) {
        return Ok(Some(known));
    }
    let mark = ctx.homes.mark();
    let Some(guild) = ctx.app.store().guild_by_discord(discord).await? else {
        return Ok(None);
    };
    let currencies = Currencies::of_guild(ctx, &guild).await?;
    let bound = ctx.app.store().emojis(guild.id).await?;
    // An emoji may outlive the guild's membership of its currency's group.
    let emojis = bound.into_iter().filter_map(|bound| {
        let shown = currencies.get(bound.currency)?;
        let coin = Coin {
            currency: bound.currency,
            kind: shown.kind,
        };
        Some((bound.emoji, coin))
    });
    let home = Arc::new(Home {
        id: guild.id,
        emojis: emojis.collect(),
        policy: guild.mint_policy,
    });
    ctx.homes.put(discord, &home, (mark, now_ms));
    Ok(Some(home))
}

/// The guild of a command. One whose arrival the bot missed is made now.
pub(crate) async fn guild(ctx: &Context, discord: u64) -> Result<Guild, StoreError> {
    if let Some(guild) = ctx.app.store().guild_by_discord(discord).await? {
        return Ok(guild);
    }
    let name = name_of(ctx, discord)
        .await
        .unwrap_or_else(|| discord.to_string());
    ctx.app.store().guild_ensure(discord, name).await
}

async fn name_of(ctx: &Context, discord: u64) -> Option<String> {
    let answer = ctx.http.guild(Id::new_checked(discord)?).await.ok()?;
    Some(reported_name(answer.model().await.ok()?.name))
}

/// The bot has joined a guild, or sees it again after a new connection.
pub(crate) async fn appeared(ctx: &Context, event: &GuildCreate) {
    let GuildCreate::Available(guild) = event else {
        return;
    };
    let (discord, name) = (guild.id.get(), reported_name(guild.name.clone()));
    let before = patiently(|| ctx.app.store().guild_by_discord(discord)).await;
    let kept = patiently(|| ctx.app.store().guild_ensure(discord, name.clone())).await;
    let kept = match kept {
        Ok(kept) => kept,
        Err(error) => {
            tracing::error!(%error, guild = discord, "cannot keep a guild; it is kept at its first command");
            return;
        }
    };
    tracing::info!(guild = discord, members = guild.member_count, "in a guild");
    ctx.rights.forget(discord);
    ctx.homes.forget(discord);
    let emojis: HashSet<u64> = guild.emojis.iter().map(|emoji| emoji.id.get()).collect();
    emoji::unbind_deleted(ctx, discord, &emojis).await;
    // After a new session nobody knows who came and left meanwhile.
    if ctx.has_members_intent() {
        members::fetch_later(ctx, discord).await;
    }
    install::look(ctx, &kept).await;
    if matches!(before, Ok(None)) {
        onboarding::welcome(ctx, discord).await;
    }
}

pub(crate) async fn renamed(ctx: &Context, discord: u64, name: &str) {
    let name = reported_name(name.to_owned());
    let kept = patiently(|| ctx.app.store().guild_ensure(discord, name.clone())).await;
    if let Err(error) = kept {
        tracing::warn!(%error, guild = discord, "cannot keep a guild's new name");
    }
}

/// The bot was removed from a guild. An outage looks alike but for one flag, and changes nothing.
pub(crate) async fn vanished(ctx: &Context, event: &GuildDelete) {
    if event.unavailable == Some(true) {
        return;
    }
    let discord = event.id.get();
    ctx.homes.forget(discord);
    let gone = patiently(|| async {
        match ctx.app.store().guild_by_discord(discord).await? {
            Some(guild) => {
                ctx.boards.forget(guild.id);
                ctx.app.store().guild_absent(guild.id).await
            }
            None => Ok(()),
        }
    });
    match gone.await {
        Ok(()) => tracing::info!(guild = discord, "no longer in a guild"),
        Err(error) => {
            tracing::error!(%error, guild = discord, "cannot keep that the bot left a guild")
        }
    }
}

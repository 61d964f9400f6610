//! Discord asked, and what it said remembered for a moment.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde::{Deserialize, de::DeserializeOwned};
use tokio::{sync::OnceCell, time::timeout};
use twilight_http::{Client, Error, Response};
use twilight_model::{
    id::{
        Id,
        marker::{ChannelMarker, RoleMarker, UserMarker},
    },
    user::CurrentUser,
};

use super::{GuildRole, Rights};
use crate::{context::Context, discord_error::Answered};

/// As Discord has it now, or had it a minute ago.
///
/// # Errors
/// What Discord answered instead; the same for some seconds, so that nobody asks for it again and again.
pub(crate) async fn of(ctx: &Context, guild: u64) -> Result<Arc<Rights>, Answered> {
    let slot = ctx.rights.slot(guild, ctx.app.clock().now_ms());
    slot.cell
        .get_or_init(|| async { asked(ctx, guild).await.map(Arc::new) })
        .await
        .clone()
}

/// The same, asked now: for who just changed something and tries again.
pub(crate) async fn of_now(ctx: &Context, guild: u64) -> Result<Arc<Rights>, Answered> {
    ctx.rights.forget(guild);
    of(ctx, guild).await
}

/// The bot's own Discord user.
pub(crate) async fn own_user(ctx: &Context) -> Result<u64, Answered> {
    let own = ctx.rights.own.get_or_try_init(|| async {
        let user: CurrentUser = read(ctx.http.current_user().await).await?;
        Ok(user.id.get())
    });
    own.await.copied()
}

/// For all of it; nobody waits longer for a command.
const PATIENCE: Duration = Duration::from_secs(5);

async fn asked(ctx: &Context, guild: u64) -> Result<Rights, Answered> {
    let asked = async {
        let bot = own_user(ctx).await?;
        rights(&ctx.http, guild, bot).await
    };
    let answer = timeout(PATIENCE, asked)
        .await
        .unwrap_or(Err(Answered::NOTHING));
    if let Err(answered) = &answer {
        tracing::warn!(%answered, guild, "cannot ask what the bot may do in a guild");
    }
    answer
}

#[derive(Deserialize)]
struct FetchedGuild {
    owner_id: Id<UserMarker>,
    system_channel_id: Option<Id<ChannelMarker>>,
    roles: Vec<GuildRole>,
}

#[derive(Deserialize)]
struct FetchedMember {
    roles: Vec<Id<RoleMarker>>,
}

/// All channels of the guild are asked for at once: asking for one that the bot does not see is refused, and refusals are counted.
async fn rights(http: &Client, guild: u64, bot: u64) -> Result<Rights, Answered> {
    let id = Id::new_checked(guild).ok_or(Answered::NOTHING)?;
    let bot = Id::new_checked(bot).ok_or(Answered::NOTHING)?;
    let fetched: FetchedGuild = read(http.guild(id).await).await?;
    let member: FetchedMember = read(http.guild_member(id, bot).await).await?;
    let channels = read(http.guild_channels(id).await).await?;
    Ok(Rights {
        guild: id,
        owner: fetched.owner_id.get(),
        system_channel: fetched.system_channel_id.map(Id::get),
        bot,
        own_roles: member.roles,
        roles: fetched.roles,
        channels,
    })
}

async fn read<T: DeserializeOwned, M>(answer: Result<Response<M>, Error>) -> Result<T, Answered> {
    let answer = answer.map_err(|error| Answered::of(&error))?;
    let bytes = answer.bytes().await.map_err(|_| Answered::NOTHING)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        tracing::warn!(%error, "cannot read Discord's answer");
        Answered::NOTHING
    })
}

/// Remembered for a moment, so that a reaction does not ask Discord. Forgotten when Discord tells of a change.
#[derive(Debug, Default)]
pub(crate) struct KnownRights {
    guilds: Mutex<HashMap<u64, Slot>>,
    own: OnceCell<u64>,
}

/// Who comes at the same time waits for one answer.
#[derive(Debug, Clone)]
struct Slot {
    since_ms: i64,
    cell: Arc<OnceCell<Result<Arc<Rights>, Answered>>>,
}

impl Slot {
    fn is_good(&self, now_ms: i64) -> bool {
        let for_ms = match self.cell.get() {
            // Asking again changes nothing before Discord tells of something.
            Some(Err(answered)) if !answered.forbidden() => KnownRights::FAILED_MS,
            _ => KnownRights::GOOD_MS,
        };
        now_ms.saturating_sub(self.since_ms) < for_ms
    }
}

impl KnownRights {
    const MOST: usize = 5_000;
    const GOOD_MS: i64 = 60_000;
    const FAILED_MS: i64 = 5_000;

    pub(crate) fn forget(&self, guild: u64) {
        if let Ok(mut guilds) = self.guilds.lock() {
            guilds.remove(&guild);
        }
    }

    pub(crate) fn forget_all(&self) {
        if let Ok(mut guilds) = self.guilds.lock() {
            guilds.clear();
        }
    }

    /// Whether this is certainly not the bot itself.
    pub(crate) fn is_another(&self, user: u64) -> bool {
        self.own.get().is_some_and(|own| *own != user)
    }

    fn slot(&self, guild: u64, now_ms: i64) -> Slot {
        let new = || Slot {
            since_ms: now_ms,
            cell: Arc::default(),
        };
        let Ok(mut guilds) = self.guilds.lock() else {
            return new();
        };
        if let Some(slot) = guilds.get(&guild).filter(|slot| slot.is_good(now_ms)) {
            return slot.clone();
        }
        if guilds.len() >= Self::MOST {
            guilds.clear();
        }
        let slot = new();
        guilds.insert(guild, slot.clone());
        slot
    }
}

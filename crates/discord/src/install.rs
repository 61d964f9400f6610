//! Puts the pictures of shared currencies into a guild as emojis, and takes them out again.
//!
//! A run compares what the guild should have with what it has: it can break off anywhere, and the next one goes on from there.

mod installation;
mod plan;

use std::collections::HashSet;

use app::{BoxFuture, ChangeRefusal, EmojiBinding, Guild, Job, StoreError};
use futures_util::future::join_all;
use ledger::{CurrencyId, GroupId};
use serde_json::json;
use twilight_model::guild::Permissions;

use installation::Installation;
use plan::Plan;
pub(crate) use plan::mark_newest;

use crate::{
    context::Context,
    jobs::{self, Ended, Later},
    patience::patiently,
    rights,
    troubles::{self, Part},
};

/// Its name is the guild's Discord id, or begins with [`EVERYWHERE`].
pub(crate) const JOB: &str = "discord.install";
const EVERYWHERE: &str = "everywhere:";
/// So many guilds of a group are told at once.
const AT_ONCE: usize = 50;

/// A guild's groups changed.
pub(crate) async fn later(ctx: &Context, guild: u64) {
    jobs::add(ctx, JOB, guild.to_string(), json!({})).await;
}

/// A group has a new currency, or a currency of it a new picture, since this interaction. Each has a job of its own: one that is under
/// way has told some guilds already.
pub(crate) async fn later_everywhere(ctx: &Context, group: GroupId, interaction: u64) {
    let payload = json!({ "group": group });
    jobs::add(ctx, JOB, format!("{EVERYWHERE}{interaction}"), payload).await;
}

/// An admin wants the emojis of all shared currencies, also of those that were deleted here, and whatever stopped it before.
pub(crate) async fn anew(ctx: &Context, guild: u64) -> Result<(), StoreError> {
    plan::all_wanted(ctx, guild).await?;
    troubles::begin_anew(ctx, guild, &[Part::Emojis]).await;
    later(ctx, guild).await;
    Ok(())
}

/// The guild is seen, again or for the first time: what was not finished is gone on with.
pub(crate) async fn look(ctx: &Context, guild: &Guild) {
    match Plan::rough(ctx, guild).await {
        Ok(plan) if plan.is_empty() => {}
        Ok(_) => later(ctx, guild.discord).await,
        Err(error) => {
            tracing::warn!(%error, guild = guild.discord, "cannot look for missing emojis");
        }
    }
}

/// Roles changed: what the bot was not allowed it may be now. Asking Discord for an emoji without the permission would only be refused.
pub(crate) async fn rights_moved(ctx: &Context, guild: u64) {
    if !troubles::paused(ctx, guild, Part::Emojis).await {
        return;
    }
    let rights = rights::of(ctx, guild).await;
    let needed = Permissions::CREATE_GUILD_EXPRESSIONS;
    if rights.is_ok_and(|rights| rights.permissions().contains(needed)) {
        later(ctx, guild).await;
    }
}

/// An emoji was deleted, or the guild was boosted: there may be room.
pub(crate) async fn eased(ctx: &Context, guild: u64) {
    if troubles::paused(ctx, guild, Part::Emojis).await {
        later(ctx, guild).await;
    }
}

/// Somebody deleted an emoji of ours. One that still stood for a currency here is not made again before an admin asks for it.
pub(crate) async fn was_deleted(ctx: &Context, discord: u64, binding: &EmojiBinding) {
    let kept = patiently(|| async {
        let store = ctx.app.store();
        let Some(guild) = store.guild_by_discord(discord).await? else {
            return Ok(());
        };
        let left = store.emojis(guild.id).await?;
        let currencies = store.currencies().await?;
        let was = currencies.iter().find(|known| known.id == binding.currency);
        let is_usable = was.is_some_and(|currency| guild.groups.contains(&currency.group));
        let is_another = |bound: &&EmojiBinding| {
            bound.currency == binding.currency && bound.emoji != binding.emoji
        };
        let has_another = left.iter().any(|bound| is_another(&bound));
        if is_usable && !has_another {
            plan::not_wanted(ctx, discord, binding.currency).await?;
        }
        Ok(())
    });
    if let Err(error) = kept.await {
        tracing::warn!(%error, guild = discord, "cannot keep that an emoji is not wanted");
    }
}

pub(crate) fn run<'a>(ctx: &'a Context, job: &'a Job) -> BoxFuture<'a, Ended> {
    Box::pin(async move {
        let done = if job.name.starts_with(EVERYWHERE) {
            tell_guilds(ctx, job).await
        } else {
            in_guild(ctx, job).await
        };
        match done {
            Ok(()) => Ended::Done,
            Err(stopped) => stopped.into(),
        }
    })
}

/// Why a run broke off.
enum Stopped {
    /// Another process has taken the job, or it is ended already.
    Taken,
    Later(Later),
}

impl From<Stopped> for Ended {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Taken => Ended::Taken,
            Stopped::Later(later) => Ended::Later(later),
        }
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Stopped::later(error)
    }
}

impl From<ChangeRefusal> for Stopped {
    fn from(refusal: ChangeRefusal) -> Self {
        Stopped::later(refusal)
    }
}

impl Stopped {
    fn later(error: impl ToString) -> Self {
        Stopped::Later(Later {
            error: error.to_string(),
            after_ms: None,
            payload: None,
        })
    }
}

/// A job for each guild of a group.
async fn tell_guilds(ctx: &Context, job: &Job) -> Result<(), Stopped> {
    let group = job.payload["group"].as_str().unwrap_or_default();
    let guilds = ctx.app.store().guilds().await?;
    let of_group = guilds.into_iter().filter(|guild| {
        let mut groups = guild.groups.iter();
        guild.present && groups.any(|known| known.to_string() == group)
    });
    let of_group: Vec<u64> = of_group.map(|guild| guild.discord).collect();
    for some in of_group.chunks(AT_ONCE) {
        join_all(some.iter().map(|guild| later(ctx, *guild))).await;
        keep(ctx, job, job.payload.clone()).await?;
    }
    Ok(())
}

async fn keep(ctx: &Context, job: &Job, progress: serde_json::Value) -> Result<(), Stopped> {
    if jobs::progress(ctx, job, progress).await? {
        Ok(())
    } else {
        Err(Stopped::Taken)
    }
}

async fn in_guild(ctx: &Context, job: &Job) -> Result<(), Stopped> {
    let discord: u64 = job.name.parse().unwrap_or_default();
    let guild = ctx.app.store().guild_by_discord(discord).await?;
    let Some(guild) = guild.filter(|guild| guild.present) else {
        return Ok(());
    };
    let mut installation = Installation::new(ctx, job, guild);
    let tried = installation.work().await?;
    installation.tell().await;
    end(ctx, job, &installation.guild, &tried).await
}

/// A currency that came while this ran found this job still there, and added none: the job ends first, then is looked once more.
async fn end(
    ctx: &Context,
    job: &Job,
    guild: &Guild,
    tried: &HashSet<CurrencyId>,
) -> Result<(), Stopped> {
    if !ctx.app.store().job_done(job.id, job.lease).await? {
        return Err(Stopped::Taken);
    }
    let now = ctx.app.store().guild_by_discord(guild.discord).await?;
    if let Some(now) = now {
        let plan = Plan::of(ctx, &now).await?;
        let untried = plan.put.iter().any(|left| !tried.contains(&left.id));
        if untried || !plan.remove.is_empty() {
            later(ctx, guild.discord).await;
        }
    }
    // It is ended.
    Err(Stopped::Taken)
}

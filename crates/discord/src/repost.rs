//! Shows an awarded post again, once it is paid.
//!
//! The job is kept before the payment, so that no crash comes between them. It asks whether the award was paid; while it was not, it
//! waits a little, and then gives up. Posting twice is prevented by the message's nonce: Discord gives back the first message for a
//! second one with the same nonce (its documentation, "Create Message", `enforce_nonce`).

mod files;
mod message;

use std::time::Duration;

use app::{Asked, BoxFuture, Job, NewJob, StoreError, WriteError};
use ledger::{Amount, CurrencyId, Identity};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use twilight_model::id::{Id, marker::ChannelMarker};

pub(crate) use files::LeftOut;

use crate::{
    context::Context,
    discord_error::Answered,
    invocation::interaction_key,
    jobs::Ended,
    patience::patiently,
    post::Post,
    replies::award as words,
    rights, settings,
    troubles::{self, Part},
};

pub(crate) const JOB: &str = "discord.repost";

/// So long a payment may take that was promised. The command itself does not wait longer.
const UNPAID_MS: i64 = 60_000;
/// So long a post waits for a channel that does not work.
const WAITS_MS: i64 = 24 * 3_600_000;
const LOOK_AGAIN_MS: i64 = 2_000;
const PAUSED_MS: i64 = 600_000;
const PATIENCE: Duration = Duration::from_secs(15);

/// An award, and the post that it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Repost {
    /// The sent form, whose key is the payment's.
    pub interaction: u64,
    pub guild: u64,
    pub channel: u64,
    pub message: u64,
    pub by: u64,
    pub author: u64,
    pub currency: CurrencyId,
    /// The amount, as people read it.
    pub money: String,
    /// Nothing when the bot was started again after the form was opened.
    pub post: Option<Post>,
}

/// Keeps the job for an award that is about to be paid. One that is paid has its job already, or had it.
pub(crate) async fn promise(ctx: &Context, repost: &Repost) -> Result<(), StoreError> {
    if was_paid(ctx, repost).await? {
        return Ok(());
    }
    let job = NewJob {
        kind: JOB.into(),
        name: format!("award:{}", repost.interaction),
        payload: serde_json::to_value(repost).expect("a repost is plain data"),
        run_at_ms: ctx.app.clock().now_ms(),
    };
    patiently(|| ctx.app.store().job_add(job.clone())).await
}

/// Wakes whoever does the jobs, when the payment is there.
pub(crate) fn begin(ctx: &Context) {
    ctx.jobs.send_modify(|added| *added = added.wrapping_add(1));
}

/// Asked under the award's own key, for nothing: if the key has paid an award, this is not the same one.
async fn was_paid(ctx: &Context, repost: &Repost) -> Result<bool, StoreError> {
    let from = ctx.app.holder(Identity::discord(repost.by)).await?;
    let to = ctx.app.holder(Identity::discord(repost.author)).await?;
    let by = Asked::new(
        &ctx.entry("Award"),
        from,
        interaction_key(repost.interaction),
    );
    let nothing = economy::Award {
        from,
        to,
        currency: repost.currency,
        amount: Amount::ZERO,
    };
    match ctx.app.award(by, nothing).await {
        Ok(_) | Err(WriteError::KeyReused) => Ok(true),
        Err(WriteError::Refused(_)) => Ok(false),
        Err(WriteError::Store(error)) => Err(error),
    }
}

pub(crate) fn run<'a>(ctx: &'a Context, job: &'a Job) -> BoxFuture<'a, Ended> {
    Box::pin(async move {
        match show(ctx, job).await {
            Ok(ended) => ended,
            Err(error) => error.into(),
        }
    })
}

async fn show(ctx: &Context, job: &Job) -> Result<Ended, StoreError> {
    let Ok(repost) = serde_json::from_value::<Repost>(job.payload.clone()) else {
        tracing::error!(job = job.name, "a post to be shown again cannot be read");
        return Ok(Ended::Done);
    };
    let age_ms = ctx.app.clock().now_ms().saturating_sub(job.created_ms);
    if !was_paid(ctx, &repost).await? {
        return Ok(until(age_ms, UNPAID_MS, LOOK_AGAIN_MS));
    }
    let guild = ctx.app.store().guild_by_discord(repost.guild).await?;
    let channel = guild.as_ref().and_then(|guild| guild.repost_channel);
    let (Some(guild), Some(channel)) = (guild, channel.and_then(Id::new_checked)) else {
        return Ok(Ended::Done);
    };
    if troubles::paused(ctx, guild.discord, Part::RepostChannel).await {
        return Ok(until(age_ms, WAITS_MS, PAUSED_MS));
    }
    match post(ctx, channel, &repost).await {
        Ok(()) => {
            troubles::mended(ctx, guild.discord, Part::RepostChannel).await;
            Ok(Ended::Done)
        }
        Err(answered) if answered.forbidden() || answered.not_found() => {
            let seen = rights::of_now(ctx, guild.discord).await.ok();
            let fault = seen.and_then(|seen| settings::fault(&seen, &guild, Part::RepostChannel));
            let sentence = fault.unwrap_or_else(words::not_shown_again);
            troubles::met(ctx, guild.discord, Part::RepostChannel, sentence).await;
            Ok(until(age_ms, WAITS_MS, PAUSED_MS))
        }
        Err(answered) if answered.status == Some(400) => {
            tracing::error!(%answered, job = job.name, "Discord does not take a post that was to be shown again");
            Ok(Ended::Done)
        }
        Err(answered) => Ok(Ended::later(answered)),
    }
}

/// Again after a while, if it is not too old.
fn until(age_ms: i64, most_ms: i64, after_ms: i64) -> Ended {
    if age_ms < most_ms {
        Ended::NotYet { after_ms }
    } else {
        Ended::Done
    }
}

async fn post(ctx: &Context, channel: Id<ChannelMarker>, repost: &Repost) -> Result<(), Answered> {
    let post = match &repost.post {
        Some(post) => Some(post.clone()),
        None => fetched(ctx, repost).await,
    };
    let files = match &post {
        Some(post) => files::fetch(ctx, &post.files).await,
        None => files::Files::default(),
    };
    let sent = message::send(ctx, channel, repost, post.as_ref(), &files).await;
    match sent {
        // A file may be too large for this server, or one that Discord does not take.
        Err(answered) if matches!(answered.status, Some(400 | 413)) && files.has_any() => {
            let none = files.all_left_out();
            message::send(ctx, channel, repost, post.as_ref(), &none).await
        }
        sent => sent,
    }
}

/// The post as Discord shows it to a bot, which may be without its text.
async fn fetched(ctx: &Context, repost: &Repost) -> Option<Post> {
    let channel = Id::new_checked(repost.channel)?;
    let asked = ctx.http.message(channel, Id::new_checked(repost.message)?);
    let answer = timeout(PATIENCE, async { asked.await }).await.ok()?.ok()?;
    let message = answer.model().await.ok()?;
    // The form said who wrote it, and whoever sent the form could change that.
    (message.author.id.get() == repost.author).then(|| Post::of(&message))
}

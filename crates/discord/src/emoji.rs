//! A currency's picture as an emoji of the guild.

use std::{collections::HashSet, time::Duration};

use app::{Asked, Change, EmojiBinding};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use ledger::{CurrencyName, GuildId, IdempotencyKey, Identity, KeyScope};
use serde::Deserialize;
use tokio::time::timeout;
use twilight_http::request::AuditLogReason as _;
use twilight_http_ratelimiting::{Endpoint, Method};
use twilight_model::{
    guild::Emoji,
    id::{
        Id,
        marker::{EmojiMarker, UserMarker},
    },
};

use crate::{
    context::{APPLICATION, Context},
    discord_error::{
        ANIMATED_EMOJIS_FULL, Answered, EMOJIS_FULL, INVALID_FORM, MISSING_ACCESS,
        MISSING_PERMISSIONS, UNKNOWN_EMOJI,
    },
    install,
    picture::Picture,
};

/// Why Discord did not take a picture as an emoji.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EmojiRefusal {
    /// All places for still, or for animated, emojis are taken.
    Full {
        animated: bool,
    },
    /// The bot lacks CREATE_GUILD_EXPRESSIONS here.
    NotAllowed,
    /// Discord cannot use this picture.
    BadPicture,
    /// Too many emojis were made in a short time, or Discord is slow.
    Busy,
    Failed(String),
}

/// Uploads a picture. The wait is bounded here: twilight's own limit does not count the time that a rate limit makes it wait.
pub(crate) async fn upload(
    ctx: &Context,
    guild: u64,
    name: &CurrencyName,
    picture: &Picture,
    reason: &str,
) -> Result<Emoji, EmojiRefusal> {
    let Some(guild) = Id::new_checked(guild) else {
        return Err(EmojiRefusal::Failed("a guild without an id".into()));
    };
    let image = format!(
        "data:{};base64,{}",
        picture.format.media_type(),
        BASE64.encode(&picture.bytes)
    );
    let request = async {
        let answer = ctx
            .http
            .create_emoji(guild, name.as_str(), &image)
            .reason(reason)
            .await;
        let answer = answer.map_err(|error| refusal(&error))?;
        answer
            .model()
            .await
            .map_err(|error| EmojiRefusal::Failed(error.to_string()))
    };
    timeout(ctx.config.emoji_timeout, request)
        .await
        .unwrap_or(Err(EmojiRefusal::Busy))
}

fn refusal(error: &twilight_http::Error) -> EmojiRefusal {
    let answered = Answered::of(error);
    match (answered.code, answered.status) {
        (Some(EMOJIS_FULL), _) => EmojiRefusal::Full { animated: false },
        (Some(ANIMATED_EMOJIS_FULL), _) => EmojiRefusal::Full { animated: true },
        (Some(MISSING_PERMISSIONS | MISSING_ACCESS), _) => EmojiRefusal::NotAllowed,
        (Some(INVALID_FORM), _) | (_, Some(400)) => EmojiRefusal::BadPicture,
        (_, Some(429)) => EmojiRefusal::Busy,
        _ => EmojiRefusal::Failed(answered.to_string()),
    }
}

/// How long a rate limit still holds pictures for this guild back, as far as twilight knows it.
pub(crate) async fn held_back_ms(ctx: &Context, guild: u64) -> Option<i64> {
    let endpoint = Endpoint {
        method: Method::Post,
        path: format!("guilds/{guild}/emojis"),
    };
    let bucket = ctx.http.ratelimiter()?.bucket(endpoint).await?;
    let wait = bucket
        .reset_at
        .saturating_duration_since(tokio::time::Instant::now().into());
    let ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    (bucket.remaining == 0 && ms > 0).then_some(ms)
}

/// Removes an emoji that the bot made, if that can be: what it was for did not happen, or another took its place.
pub(crate) async fn delete(ctx: &Context, guild: u64, emoji: u64, reason: &str) {
    if let Err(refusal) = remove(ctx, guild, emoji, reason).await {
        tracing::warn!(
            ?refusal,
            guild,
            emoji,
            "cannot remove an emoji that is not needed"
        );
    }
}

/// The same, for who tries again; one that is gone already is as good.
pub(crate) async fn remove(
    ctx: &Context,
    guild: u64,
    emoji: u64,
    reason: &str,
) -> Result<(), EmojiRefusal> {
    let (Some(guild), Some(emoji)) = (Id::new_checked(guild), Id::new_checked(emoji)) else {
        return Ok(());
    };
    let request = async { ctx.http.delete_emoji(guild, emoji).reason(reason).await };
    match timeout(ctx.config.emoji_timeout, request).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if Answered::of(&error).is(UNKNOWN_EMOJI) => Ok(()),
        Ok(Err(error)) => Err(refusal(&error)),
        Err(_) => Err(EmojiRefusal::Busy),
    }
}

/// An emoji of a guild, as far as the bot looks at it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Listed {
    pub id: Id<EmojiMarker>,
    pub name: Option<String>,
    #[serde(default)]
    pub animated: bool,
    user: Option<Maker>,
}

#[derive(Debug, Clone, Deserialize)]
struct Maker {
    id: Id<UserMarker>,
}

impl Listed {
    /// Discord says who made it to those who may make emojis themselves (its documentation, "List Guild Emojis").
    pub(crate) fn is_by(&self, user: u64) -> bool {
        self.user.as_ref().is_some_and(|maker| maker.id == user)
    }
}

/// All emojis that a guild has.
pub(crate) async fn list(ctx: &Context, guild: u64) -> Result<Vec<Listed>, String> {
    let guild = Id::new_checked(guild).ok_or("a guild without an id")?;
    let asked = timeout(ctx.config.emoji_timeout, async {
        let answer = ctx.http.emojis(guild).await;
        let answer = answer.map_err(|error| Answered::of(&error).to_string())?;
        answer.bytes().await.map_err(|error| error.to_string())
    });
    let bytes = asked
        .await
        .unwrap_or_else(|_| Err("it took too long".into()))?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

/// An emoji that an admin deleted no longer stands for anything. `left` are those that the guild still has.
pub(crate) async fn unbind_deleted(ctx: &Context, discord: u64, left: &HashSet<u64>) {
    let bound = match bound_in(ctx, discord).await {
        Ok(bound) => bound,
        Err(error) => {
            tracing::warn!(%error, guild = discord, "cannot compare the guild's emojis");
            return;
        }
    };
    for binding in bound
        .into_iter()
        .filter(|bound| !left.contains(&bound.emoji))
    {
        // The event may be older than the emoji: a list from before it was made, or one that is replayed.
        if is_deleted(ctx, discord, binding.emoji).await {
            install::was_deleted(ctx, discord, &binding).await;
            emoji_unbind(ctx, discord, &binding).await;
        }
    }
    // There may be room now.
    install::eased(ctx, discord).await;
}

async fn bound_in(ctx: &Context, discord: u64) -> Result<Vec<EmojiBinding>, app::StoreError> {
    match ctx.app.store().guild_by_discord(discord).await? {
        Some(guild) => ctx.app.store().emojis(guild.id).await,
        None => Ok(Vec::new()),
    }
}

async fn is_deleted(ctx: &Context, guild: u64, emoji: u64) -> bool {
    let (Some(guild), Some(emoji)) = (Id::new_checked(guild), Id::new_checked(emoji)) else {
        return false;
    };
    let asked = timeout(Duration::from_secs(30), async {
        ctx.http.emoji(guild, emoji).await
    });
    matches!(asked.await, Ok(Err(error)) if Answered::of(&error).is(UNKNOWN_EMOJI))
}

async fn emoji_unbind(ctx: &Context, discord: u64, binding: &EmojiBinding) {
    match unbind(ctx, discord, binding.guild, binding.emoji).await {
        Ok(()) => tracing::info!(
            guild = discord,
            emoji = binding.emoji,
            "a currency's emoji was deleted"
        ),
        Err(error) => {
            tracing::warn!(%error, guild = discord, "cannot keep that a currency's emoji was deleted")
        }
    }
}

/// Ends what an emoji stands for, in the name of the guild itself: Discord does not say who deleted it.
async fn unbind(
    ctx: &Context,
    discord: u64,
    guild: GuildId,
    emoji: u64,
) -> Result<(), app::ChangeRefusal> {
    let actor = ctx.app.holder(Identity::guild(discord)).await?;
    let key = IdempotencyKey::new(KeyScope(APPLICATION), &format!("emoji-deleted:{emoji}"));
    let asked = Asked::new(&ctx.entry("emojis_update"), actor, key);
    ctx.app
        .change(asked, Change::EmojiUnbind { guild, emoji })
        .await?;
    ctx.homes.forget(discord);
    Ok(())
}

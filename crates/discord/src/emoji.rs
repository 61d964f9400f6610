//! A currency's picture as an emoji of the guild.

use std::{collections::HashSet, time::Duration};

use app::{Asked, Change, EmojiBinding};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use ledger::{CurrencyName, GuildId, IdempotencyKey, Identity, KeyScope};
use tokio::time::timeout;
use twilight_http::request::AuditLogReason as _;
use twilight_model::{guild::Emoji, id::Id};

use crate::{
    context::{APPLICATION, Context},
    discord_error::{
        ANIMATED_EMOJIS_FULL, Answered, EMOJIS_FULL, INVALID_FORM, MISSING_ACCESS,
        MISSING_PERMISSIONS, UNKNOWN_EMOJI,
    },
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

/// Removes an emoji that the bot made, if that can be: what it was for did not happen, or another took its place.
pub(crate) async fn delete(ctx: &Context, guild: u64, emoji: u64, reason: &str) {
    let (Some(guild_id), Some(emoji_id)) = (Id::new_checked(guild), Id::new_checked(emoji)) else {
        return;
    };
    let request = async {
        ctx.http
            .delete_emoji(guild_id, emoji_id)
            .reason(reason)
            .await
    };
    match timeout(ctx.config.emoji_timeout, request).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::warn!(answered = %Answered::of(&error), guild, emoji, "cannot remove an emoji that is not needed");
        }
        Err(_) => tracing::warn!(
            guild,
            emoji,
            "cannot remove an emoji that is not needed in time"
        ),
    }
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
            emoji_unbind(ctx, discord, &binding).await;
        }
    }
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

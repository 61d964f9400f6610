//! Whether a guild's settings work: asked when one is made, and again when Discord tells of a change.

use std::sync::Arc;

use app::Guild;
use twilight_model::guild::Permissions;

use crate::{
    answer::Reply,
    context::Context,
    replies::settings as words,
    rights::{self, Rights},
    troubles::{self, Part, Trouble},
};

/// Roles or channels changed. Where the bot was not allowed something, it may be now.
pub(crate) async fn rights_moved(ctx: &Context, discord: u64) {
    ctx.rights.forget(discord);
    let paused = troubles::of(ctx, discord).await;
    if !paused.iter().any(|trouble| can_be_seen(trouble.part)) {
        return;
    }
    let Ok(Some(guild)) = ctx.app.store().guild_by_discord(discord).await else {
        return;
    };
    let Ok(rights) = rights::of(ctx, discord).await else {
        return;
    };
    let now_ms = ctx.app.clock().now_ms();
    for trouble in paused {
        if can_be_seen(trouble.part)
            && is_worth_trying(&trouble, now_ms)
            && fault(&rights, &guild, trouble.part).is_none()
        {
            tracing::info!(guild = discord, part = ?trouble.part, "works again");
            troubles::mended(ctx, discord, trouble.part).await;
        }
    }
}

/// Refused for a reason that nothing shows: roles that change all the time are no reason to ask for another refusal each time.
const UNSEEN_MS: i64 = 600_000;

const fn is_worth_trying(trouble: &Trouble, now_ms: i64) -> bool {
    trouble.seen || now_ms.saturating_sub(trouble.since_ms) >= UNSEEN_MS
}

/// Whether roles and channels show at this moment that this cannot work.
pub(crate) async fn is_seen(ctx: &Context, discord: u64, part: Part) -> bool {
    if !can_be_seen(part) {
        return false;
    }
    let guild = ctx.app.store().guild_by_discord(discord).await;
    let rights = rights::of_now(ctx, discord).await;
    match (guild, rights) {
        (Ok(Some(guild)), Ok(rights)) => fault(&rights, &guild, part).is_some(),
        _ => false,
    }
}

/// Whether roles and channels tell if it works.
pub(crate) const fn can_be_seen(part: Part) -> bool {
    matches!(part, Part::LogChannel | Part::RepostChannel | Part::TopRole)
}

/// Why a setting cannot work, as far as roles and channels tell; nothing when it is off.
pub(crate) fn fault(rights: &Rights, guild: &Guild, part: Part) -> Option<String> {
    let (channel, needed) = match part {
        Part::LogChannel => (guild.log_channel?, rights::TO_TELL),
        Part::RepostChannel => (guild.repost_channel?, rights::TO_REPOST),
        Part::TopRole => return role_fault(rights, guild.top_role?),
        Part::Emojis | Part::Members | Part::Nickname => return None,
    };
    let fault = rights.check_channel(channel, needed).err()?;
    Some(words::channel_trouble(part, channel, fault))
}

pub(crate) fn role_fault(rights: &Rights, role: u64) -> Option<String> {
    let fault = rights.check_role(role).err()?;
    let name = rights.role(role).map(|role| role.name.as_str());
    Some(words::role_trouble(name, &fault))
}

/// The channel that an admin chose, if the bot can use it.
pub(crate) async fn usable(
    ctx: &Context,
    guild: &Guild,
    channel: u64,
    needed: Permissions,
) -> Result<(), Reply> {
    let rights = rights_now(ctx, guild).await?;
    rights
        .check_channel(channel, needed)
        .map_err(|fault| words::channel_refused(channel, fault))
}

/// As it is at this moment: an admin may just have changed it.
pub(crate) async fn rights_now(ctx: &Context, guild: &Guild) -> Result<Arc<Rights>, Reply> {
    rights::of_now(ctx, guild.discord)
        .await
        .map_err(|_| words::discord_is_silent())
}

//! The first words in a guild.

use twilight_model::id::Id;

use crate::{context::Context, patience::patiently, replies::setup as words, rights, troubles};

/// Says once in a guild's life what comes first. Where the bot may not write it says nothing.
pub(crate) async fn welcome(ctx: &Context, discord: u64) {
    let store = ctx.app.store();
    let name = memo(discord);
    match patiently(|| store.memo(name.clone())).await {
        Ok(None) => {}
        Ok(Some(_)) => return,
        Err(error) => {
            tracing::warn!(%error, guild = discord, "cannot see whether a guild was welcomed");
            return;
        }
    }
    // Noted down before it is said: rather never than twice.
    let kept = patiently(|| store.memo_set(name.clone(), true.into())).await;
    if let Err(error) = kept {
        tracing::warn!(%error, guild = discord, "cannot note down that a guild is welcomed");
        return;
    }
    let Ok(rights) = rights::of(ctx, discord).await else {
        return;
    };
    if let Some(channel) = rights.channel_to_write_in().and_then(Id::new_checked) {
        troubles::say(ctx, channel, &words::welcome(ctx.has_members_intent())).await;
    }
}

fn memo(guild: u64) -> String {
    format!("discord.welcomed.{guild}")
}

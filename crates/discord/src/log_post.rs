//! One message in one guild's log channel.

use std::time::Duration;

use app::{Guild, StoreError};
use tokio::time::timeout;
use twilight_model::{
    channel::message::{AllowedMentions, MessageFlags},
    id::Id,
};
use twilight_util::builder::embed::EmbedBuilder;

use crate::{
    context::Context,
    currencies::Currencies,
    discord_error::Answered,
    log_channel::cursor_name,
    log_lines::{Backlog, Told},
    log_people::persons,
    patience::patiently,
    replies,
    rights::{self, TO_TELL},
    troubles::{self, Part},
};

/// For one message, with what Discord's limits make it wait. Another try follows.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of a message.
#[derive(Debug)]
pub(crate) struct Posted {
    pub guild: u64,
    /// What is still to be told.
    pub left: Backlog,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Up to this place, unless nothing is told completely.
    Told {
        upto: Option<i64>,
    },
    Failed,
    /// The channel cannot be used, and the admins know.
    Paused,
}

/// Tells the first of what waits.
pub(crate) async fn post(ctx: &Context, guild: Guild, channel: u64, mut left: Backlog) -> Posted {
    let outcome = match worded(ctx, &guild, &left).await {
        Ok((text, told)) => match send(ctx, channel, &text).await {
            Ok(()) => {
                let upto = left.tell(told);
                keep(ctx, &guild, upto).await;
                Outcome::Told { upto }
            }
            Err(answered) => refused(ctx, &guild, channel, answered).await,
        },
        Err(error) => {
            tracing::warn!(%error, guild = guild.discord, "cannot word what to tell in a log channel");
            Outcome::Failed
        }
    };
    Posted {
        guild: guild.discord,
        left,
        outcome,
    }
}

async fn worded(
    ctx: &Context,
    guild: &Guild,
    backlog: &Backlog,
) -> Result<(String, Told), StoreError> {
    let all = Currencies::of_all_guilds(ctx).await?;
    let currencies = Currencies::of_guild(ctx, guild).await?.with_others(all);
    let persons = persons(ctx, backlog.entries()).await?;
    Ok(replies::log::message(backlog, &currencies, &persons))
}

async fn send(ctx: &Context, channel: u64, text: &str) -> Result<(), Answered> {
    let channel = Id::new_checked(channel).ok_or(Answered::NOTHING)?;
    let embed = [EmbedBuilder::new().description(text).build()];
    let mentions = AllowedMentions::default();
    let sent = async {
        ctx.http
            .create_message(channel)
            .embeds(&embed)
            .allowed_mentions(Some(&mentions))
            // A log rings for nobody.
            .flags(MessageFlags::SUPPRESS_NOTIFICATIONS)
            .await
    };
    match timeout(PATIENCE, sent).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Answered::of(&error)),
        Err(_) => Err(Answered::NOTHING),
    }
}

/// Until it is kept, the same would be told again after a restart.
async fn keep(ctx: &Context, guild: &Guild, upto: Option<i64>) {
    let Some(upto) = upto else {
        return;
    };
    let name = cursor_name(guild.discord);
    let kept = patiently(|| ctx.app.store().cursor_set(name.clone(), upto)).await;
    if let Err(error) = kept {
        tracing::warn!(%error, guild = guild.discord, "cannot keep how far a log channel is");
    }
}

/// Either something is wrong with the channel, which its admins can mend, or it was a moment's.
async fn refused(ctx: &Context, guild: &Guild, channel: u64, answered: Answered) -> Outcome {
    let discord = guild.discord;
    tracing::info!(%answered, guild = discord, channel, "Discord did not take a log channel's message");
    if !(answered.forbidden() || answered.not_found()) {
        return Outcome::Failed;
    }
    let Ok(rights) = rights::of_now(ctx, discord).await else {
        return Outcome::Failed;
    };
    match rights.check_channel(channel, TO_TELL) {
        Ok(()) => Outcome::Failed,
        Err(fault) => {
            let part = Part::LogChannel;
            let sentence = replies::settings::channel_trouble(part, channel, fault);
            troubles::met(ctx, discord, part, sentence).await;
            Outcome::Paused
        }
    }
}

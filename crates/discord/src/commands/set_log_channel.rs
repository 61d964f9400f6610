//! `/set_log_channel [channel]`

use app::{Asked, Change, ChangeRefusal, Guild, GuildEdit};
use ledger::Identity;
use twilight_model::application::command::Command;

use super::{Verb, channel_option, for_admins};
use crate::{
    answer::Reply,
    context::Context,
    invocation::Invocation,
    log_channel,
    place::Place,
    replies::{self, settings as words},
    rights, settings,
    troubles::{self, Part},
};

pub(super) fn definition() -> Command {
    for_admins(Verb::SetLogChannel, "Where every movement of money is told")
        .option(channel_option("The channel; without it nothing is told"))
        .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let channel = asked.channel(super::CHANNEL);
    if let Some(channel) = channel {
        settings::usable(ctx, &place.guild, channel, rights::TO_TELL).await?;
    }
    log_channel::begin(ctx, &place.guild)
        .await
        .map_err(replies::read_failed)?;
    set_log_channel(ctx, asked, &place.guild, channel)
        .await
        .map_err(replies::not_changed)?;
    troubles::begin_anew(ctx, place.guild.discord, &[Part::LogChannel]).await;
    Ok(words::log_channel_set(channel, place.guild.log_channel))
}

async fn set_log_channel(
    ctx: &Context,
    asked: &Invocation,
    guild: &Guild,
    channel: Option<u64>,
) -> Result<(), ChangeRefusal> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let by = Asked::new(&ctx.entry("/set_log_channel"), actor, asked.key());
    let change = Change::GuildEdit {
        guild: guild.id,
        edit: GuildEdit::LogChannel(channel),
    };
    ctx.app.change(by, change).await.map(|_| ())
}

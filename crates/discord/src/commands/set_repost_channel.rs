//! `/set_repost_channel [channel]`

use app::{Asked, Change, ChangeRefusal, Guild, GuildEdit};
use ledger::Identity;
use twilight_model::application::command::Command;

use super::{Verb, channel_option, for_admins};
use crate::{
    answer::Reply,
    context::Context,
    invocation::Invocation,
    place::Place,
    replies::{self, settings as words},
    rights, settings,
    troubles::{self, Part},
};

pub(super) fn definition() -> Command {
    for_admins(
        Verb::SetRepostChannel,
        "Where awarded posts are shown again",
    )
    .option(channel_option("The channel; without it none are shown"))
    .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let channel = asked.channel(super::CHANNEL);
    if let Some(channel) = channel {
        settings::usable(ctx, &place.guild, channel, rights::TO_REPOST).await?;
    }
    set_repost_channel(ctx, asked, &place.guild, channel)
        .await
        .map_err(replies::not_changed)?;
    troubles::begin_anew(ctx, place.guild.discord, &[Part::RepostChannel]).await;
    Ok(words::repost_channel_set(
        channel,
        place.guild.repost_channel,
    ))
}

async fn set_repost_channel(
    ctx: &Context,
    asked: &Invocation,
    guild: &Guild,
    channel: Option<u64>,
) -> Result<(), ChangeRefusal> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let by = Asked::new(&ctx.entry("/set_repost_channel"), actor, asked.key());
    let change = Change::GuildEdit {
        guild: guild.id,
        edit: GuildEdit::RepostChannel(channel),
    };
    ctx.app.change(by, change).await.map(|_| ())
}

//! `/join_global_group`

use ledger::Group;
use twilight_model::application::command::Command;

use super::{Verb, for_admins};
use crate::{
    answer::Reply,
    context::Context,
    currencies::Currencies,
    groups, install,
    invocation::Invocation,
    making::Maker,
    place::Place,
    replies::{self, groups as words},
};

pub(super) fn definition() -> Command {
    for_admins(
        Verb::JoinGlobalGroup,
        "Bring the global currencies into this server",
    )
    .build()
}

/// The same command again brings back emojis that were deleted here, or that had no room.
pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let maker = Maker {
        ctx,
        asked,
        entry: "/join_global_group",
    };
    let group = groups::global_ensure(maker)
        .await
        .map_err(replies::not_changed)?;
    let is_new = groups::group_join(maker, group.id, place.guild.id)
        .await
        .map_err(replies::not_changed)?;
    ctx.homes.forget(place.guild.discord);
    install::anew(ctx, place.guild.discord)
        .await
        .map_err(replies::read_failed)?;
    told(ctx, &place, &group, is_new).await
}

async fn told(ctx: &Context, place: &Place, group: &Group, is_new: bool) -> Result<Reply, Reply> {
    let currencies = Currencies::of_group(ctx, group.id)
        .await
        .map_err(replies::read_failed)?;
    Ok(if is_new {
        words::joined_global(&currencies, place.guild.primary.is_none())
    } else {
        words::in_global_already(&currencies)
    })
}

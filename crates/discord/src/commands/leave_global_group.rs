//! `/leave_global_group`

use twilight_model::application::command::Command;

use super::{Verb, for_admins};
use crate::{
    answer::Reply,
    context::Context,
    groups, install,
    invocation::Invocation,
    making::Maker,
    place::Place,
    replies::{self, groups as words},
};

pub(super) fn definition() -> Command {
    for_admins(
        Verb::LeaveGlobalGroup,
        "Take the global currencies out of this server",
    )
    .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let group = groups::global(ctx).await.map_err(replies::read_failed)?;
    let group = group.ok_or_else(words::not_in_global)?;
    let maker = Maker {
        ctx,
        asked,
        entry: "/leave_global_group",
    };
    let left = groups::group_leave(maker, group.id, place.guild.id).await;
    if !left.map_err(replies::not_changed)? {
        return Err(words::not_in_global());
    }
    ctx.homes.forget(place.guild.discord);
    install::later(ctx, place.guild.discord).await;
    Ok(words::left_global(place.primary_of(group.id)))
}

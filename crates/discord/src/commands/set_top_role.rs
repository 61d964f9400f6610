//! `/set_top_role [role]`

use app::{Asked, Change, ChangeRefusal, Guild, GuildEdit};
use ledger::Identity;
use twilight_model::application::command::Command;
use twilight_util::builder::command::RoleBuilder;

use super::{Verb, for_admins};
use crate::{
    answer::Reply,
    context::Context,
    invocation::Invocation,
    place::Place,
    replies::{self, settings as words},
    settings,
    troubles::{self, Part},
};

pub(super) fn definition() -> Command {
    for_admins(Verb::SetTopRole, "A role for the five richest members")
        .option(RoleBuilder::new(
            "role",
            "The role; without it nobody has one for being rich",
        ))
        .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let role = asked.role("role");
    if let Some(role) = role {
        let rights = settings::rights_now(ctx, &place.guild).await?;
        rights
            .check_role(role.id.get())
            .map_err(|fault| words::role_refused(&role.name, &fault))?;
    }
    let id = role.map(|role| role.id.get());
    set_top_role(ctx, asked, &place.guild, id)
        .await
        .map_err(replies::not_changed)?;
    troubles::begin_anew(ctx, place.guild.discord, &[Part::TopRole]).await;
    Ok(words::top_role_set(
        id,
        place.guild.top_role,
        place.currencies.primary(),
    ))
}

async fn set_top_role(
    ctx: &Context,
    asked: &Invocation,
    guild: &Guild,
    role: Option<u64>,
) -> Result<(), ChangeRefusal> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let by = Asked::new(&ctx.entry("/set_top_role"), actor, asked.key());
    let change = Change::GuildEdit {
        guild: guild.id,
        edit: GuildEdit::TopRole(role),
    };
    ctx.app.change(by, change).await.map(|_| ())
}

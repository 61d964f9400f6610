//! `/setup`

use app::{Guild, StoreError};
use ledger::GroupKind;
use twilight_model::application::command::Command;

use super::{Verb, for_admins};
use crate::{
    answer::{List, Reply},
    context::Context,
    install,
    invocation::Invocation,
    members,
    place::Place,
    replies::{self, setup as words},
    rights::{self, Rights},
    settings,
    troubles::{self, Part, Trouble},
};

/// Its button's id.
pub(super) const BUTTON: &str = "setup";

pub(super) fn definition() -> Command {
    for_admins(Verb::Setup, "What is set up here, and what is missing").build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    checklist(ctx, &place).await
}

/// Tries again what did not work.
pub(super) async fn press(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    try_again(ctx, &place.guild)
        .await
        .map_err(replies::read_failed)?;
    let list = checklist(ctx, &place).await?;
    Ok(Reply {
        text: words::TRYING_AGAIN.into(),
        ..list
    }
    .in_place())
}

async fn try_again(ctx: &Context, guild: &Guild) -> Result<(), StoreError> {
    let rights = rights::of_now(ctx, guild.discord).await.ok();
    for trouble in troubles::of(ctx, guild.discord).await {
        // What roles and channels show to be wrong stays as it is.
        let fault = rights
            .as_ref()
            .and_then(|rights| settings::fault(rights, guild, trouble.part));
        if fault.is_none() {
            troubles::begin_anew(ctx, guild.discord, &[trouble.part]).await;
        }
    }
    if ctx.has_members_intent() {
        members::fetch_later(ctx, guild.discord).await;
    }
    install::anew(ctx, guild.discord).await
}

async fn checklist(ctx: &Context, place: &Place) -> Result<Reply, Reply> {
    let guild = &place.guild;
    let rights = rights::of_now(ctx, guild.discord).await.ok();
    let troubles = troubles::of(ctx, guild.discord).await;
    let groups = groups(ctx, guild).await.map_err(replies::read_failed)?;
    let mut lines = words::permissions(
        rights.as_ref().map(|rights| rights.permissions()),
        ctx.application.get(),
        guild.discord,
    );
    lines.push(words::members(ctx.has_members_intent(), guild.sync));
    lines.extend(words::currencies(
        place.currencies.iter(),
        place.currencies.primary(),
    ));
    let fault = |part| why_not(rights.as_deref(), guild, &troubles, part);
    lines.push(words::log_channel(
        guild.log_channel,
        fault(Part::LogChannel),
    ));
    lines.push(words::repost_channel(
        guild.repost_channel,
        fault(Part::RepostChannel),
    ));
    lines.push(words::top_role(guild.top_role, fault(Part::TopRole)));
    lines.push(words::mint_policy(&guild.mint_policy));
    lines.extend(groups);
    let others = troubles
        .iter()
        .filter(|trouble| !settings::can_be_seen(trouble.part));
    lines.extend(others.map(|trouble| words::trouble(&trouble.sentence, trouble.since_ms)));
    let list = List {
        title: words::TITLE.into(),
        lines,
        footer: None,
        picture: None,
    };
    Ok(Reply::list(list).with_buttons(vec![words::try_again(BUTTON.into())]))
}

/// As it is now, or as it was when it was last tried.
fn why_not(
    rights: Option<&Rights>,
    guild: &Guild,
    troubles: &[Trouble],
    part: Part,
) -> Option<String> {
    let now = rights.and_then(|rights| settings::fault(rights, guild, part));
    let paused = || troubles.iter().find(|trouble| trouble.part == part);
    now.or_else(|| paused().map(|trouble| trouble.sentence.clone()))
}

async fn groups(ctx: &Context, guild: &Guild) -> Result<Vec<String>, StoreError> {
    let all = ctx.app.store().groups().await?.into_iter();
    let mut global = false;
    let mut local = Vec::new();
    for group in all.filter(|group| guild.groups.contains(&group.id)) {
        match group.kind {
            GroupKind::Global => global = true,
            GroupKind::Local => local.push(group.name),
            GroupKind::Single => {}
        }
    }
    Ok(words::groups(global, &local))
}

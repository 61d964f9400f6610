//! `/make_currency_primary currency`

use app::{Asked, Change, ChangeRefusal, GuildEdit};
use ledger::{CurrencyId, GuildId, Identity};
use twilight_model::application::command::Command;

use super::{Verb, currency_option, for_admins};
use crate::{answer::Reply, context::Context, invocation::Invocation, place::Place, replies};

pub(super) fn definition() -> Command {
    for_admins(
        Verb::MakeCurrencyPrimary,
        "Which currency is meant when none is named",
    )
    .option(currency_option("The currency").required(true))
    .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let shown = place.currency(Some(asked.text(super::CURRENCY).unwrap_or_default()))?;
    match make_primary(ctx, asked, place.guild.id, shown.currency.id).await {
        Ok(()) => Ok(replies::made_primary(shown)),
        Err(refusal) => Err(replies::not_changed(refusal)),
    }
}

async fn make_primary(
    ctx: &Context,
    asked: &Invocation,
    guild: GuildId,
    currency: CurrencyId,
) -> Result<(), ChangeRefusal> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let by = Asked::new(&ctx.entry("/make_currency_primary"), actor, asked.key());
    let edit = GuildEdit::Primary(currency);
    ctx.app
        .change(by, Change::GuildEdit { guild, edit })
        .await
        .map(|_| ())
}

//! `/transfer user amount [currency]`

use app::{Asked, Receipt, WriteError};
use economy::Transfer;
use ledger::Identity;
use twilight_model::application::command::Command;

use super::{Verb, amount, amount_option, currency_option, in_guilds, person, user_option};
use crate::{
    answer::Reply,
    context::Context,
    currencies::Shown,
    here::Here as _,
    invocation::Invocation,
    patience::settled,
    place::{People, Place},
    replies,
};

pub(super) fn definition() -> Command {
    in_guilds(Verb::Transfer, "Pay somebody from your wallet")
        .option(user_option("Whom you pay"))
        .option(amount_option("How much, such as 5 or 0.5"))
        .option(currency_option(
            "Which currency; without it the server's primary one",
        ))
        .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::of(ctx, asked).await?;
    let shown = place.currency(asked.text(super::CURRENCY))?;
    let amount = amount(asked, &shown.currency)?;
    let to = person(asked)?;
    let payment = (to.discord, shown, amount);
    match settled(|| pay(ctx, asked, payment)).await {
        Ok(_) => Ok(replies::paid(asked.user, to.discord, shown.money(amount))),
        Err(error) => {
            let people = People::of(ctx, asked.user, &[to.discord]).await;
            Err(replies::not_written(error, &place.currencies, &people))
        }
    }
}

async fn pay(
    ctx: &Context,
    asked: &Invocation,
    (to, shown, amount): (u64, &Shown, ledger::Amount),
) -> Result<Receipt, WriteError> {
    let from = ctx.app.holder(Identity::discord(asked.user)).await?;
    let to = ctx.app.holder(Identity::discord(to)).await?;
    let by = Asked::new(&ctx.entry("/transfer"), from, asked.key()).here(asked.guild, shown.kind);
    ctx.app
        .transfer(
            by,
            Transfer {
                from,
                to,
                currency: shown.currency.id,
                amount,
            },
        )
        .await
}

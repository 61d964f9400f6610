//! `/burn user amount [currency]`

use app::{Asked, Receipt, WriteError};
use economy::Burn;
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
    in_guilds(Verb::Burn, "Take money out of somebody's wallet, for good")
        .option(user_option("Who loses it"))
        .option(amount_option("How much, such as 5 or 0.5"))
        .option(currency_option(
            "Which currency; without it the server's primary one",
        ))
        .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_minters(ctx, asked).await?;
    let shown = place.currency(asked.text(super::CURRENCY))?;
    place.must_own(shown)?;
    let amount = amount(asked, &shown.currency)?;
    let from = person(asked)?;
    let burn = (from.discord, shown, amount);
    match settled(|| retire(ctx, asked, burn)).await {
        Ok(_) => Ok(replies::burned(
            asked.user,
            from.discord,
            shown.money(amount),
        )),
        Err(error) => {
            let people = People::of(ctx, asked.user, &[from.discord]).await;
            Err(replies::not_written(error, &place.currencies, &people))
        }
    }
}

async fn retire(
    ctx: &Context,
    asked: &Invocation,
    (from, shown, amount): (u64, &Shown, ledger::Amount),
) -> Result<Receipt, WriteError> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let from = ctx.app.holder(Identity::discord(from)).await?;
    let by = Asked::new(&ctx.entry("/burn"), actor, asked.key()).here(asked.guild, shown.kind);
    ctx.app
        .burn(
            by,
            Burn {
                from,
                currency: shown.currency.id,
                amount,
            },
        )
        .await
}

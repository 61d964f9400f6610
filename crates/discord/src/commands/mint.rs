//! `/mint user amount [currency]`

use app::{Asked, Receipt, WriteError};
use economy::Mint;
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
    in_guilds(Verb::Mint, "Create money in somebody's wallet")
        .option(user_option("Who gets it"))
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
    let to = person(asked)?;
    let mint = (to.discord, shown, amount);
    match settled(|| issue(ctx, asked, mint)).await {
        Ok(_) => Ok(replies::minted(asked.user, to.discord, shown.money(amount))),
        Err(error) => {
            let people = People::of(ctx, asked.user, &[to.discord]).await;
            Err(replies::not_written(error, &place.currencies, &people))
        }
    }
}

async fn issue(
    ctx: &Context,
    asked: &Invocation,
    (to, shown, amount): (u64, &Shown, ledger::Amount),
) -> Result<Receipt, WriteError> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let to = ctx.app.holder(Identity::discord(to)).await?;
    let by = Asked::new(&ctx.entry("/mint"), actor, asked.key()).here(asked.guild, shown.kind);
    ctx.app
        .mint(
            by,
            Mint {
                to,
                currency: shown.currency.id,
                amount,
            },
        )
        .await
}

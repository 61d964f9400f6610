//! `/remove_exchange_rate from to`

use twilight_model::application::command::Command;

use super::{Verb, for_admins};
use crate::{
    answer::Reply,
    context::Context,
    exchange_rates::{self, Between},
    invocation::Invocation,
    place::Place,
};

pub(super) fn definition() -> Command {
    for_admins(Verb::RemoveExchangeRate, "End an exchange rate")
        .option(exchange_rates::option("from", "Which currency is given"))
        .option(exchange_rates::option("to", "Which currency comes back"))
        .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let between = Between::asked(&place.currencies, asked)?;
    exchange_rates::rate_remove(ctx, asked, between).await
}

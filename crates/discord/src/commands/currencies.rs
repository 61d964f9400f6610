//! `/currencies`

use twilight_model::application::command::Command;

use super::{Verb, in_guilds};
use crate::{
    answer::{List, Reply},
    context::Context,
    invocation::Invocation,
    place::Place,
    replies,
};

pub(super) fn definition() -> Command {
    in_guilds(Verb::Currencies, "The currencies of this server").build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let currencies = Place::of(ctx, asked).await?.currencies;
    if currencies.is_empty() {
        return Err(replies::no_primary(&currencies));
    }
    let line = |shown| replies::currency_line(shown, currencies.is_primary(shown));
    let lines = currencies.iter().map(line).collect();
    Ok(Reply::list(List {
        title: replies::CURRENCIES.into(),
        lines,
        footer: None,
        picture: None,
    }))
}

//! `/rates [currency]`

use ledger::{Group, GroupId};
use twilight_model::application::command::Command;

use super::{Verb, currency_option, in_guilds};
use crate::{
    answer::{List, Reply},
    context::Context,
    currencies::Shown,
    exchange_rates::{self, Between},
    invocation::Invocation,
    place::Place,
    replies,
};

pub(super) fn definition() -> Command {
    in_guilds(
        Verb::Rates,
        "What the currencies of this server give of each other",
    )
    .option(currency_option("Only what this one gives and is given for"))
    .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::of(ctx, asked).await?;
    let only = match asked.text(super::CURRENCY) {
        Some(text) => Some(place.currency(Some(text))?),
        None => None,
    };
    let known = exchange_rates::all(ctx)
        .await
        .map_err(replies::read_failed)?;
    let groups = ctx.app.store().groups().await;
    let groups = groups.map_err(replies::read_failed)?;
    let mut here = Vec::new();
    for rate in &known {
        let both = (
            place.currencies.get(rate.from),
            place.currencies.get(rate.to),
        );
        if let (Some(from), Some(to)) = both {
            here.push((Between { from, to }, rate.rate));
        }
    }
    if let Some(only) = only {
        here.retain(|(between, _)| is(between.from, only) || is(between.to, only));
    }
    // As the list of currencies: the server's own first, then by name.
    let at = |shown: &Shown| place.currencies.iter().position(|other| is(other, shown));
    here.sort_by_key(|(between, _)| (at(between.from), at(between.to)));
    if here.is_empty() {
        return Ok(replies::exchange::no_rates(only));
    }
    let mut lines = Vec::new();
    let mut group = None;
    for (between, rate) in here {
        let belongs = between.from.currency.group;
        if group != Some(belongs) {
            group = Some(belongs);
            lines.push(replies::exchange::group_title(
                between.from.kind,
                name(&groups, belongs),
            ));
        }
        lines.push(replies::exchange::rate_line(between, rate));
    }
    Ok(Reply::list(List {
        title: replies::exchange::RATES.into(),
        lines,
        footer: None,
        picture: None,
    }))
}

fn is(one: &Shown, other: &Shown) -> bool {
    one.currency.id == other.currency.id
}

fn name(groups: &[Group], id: GroupId) -> &str {
    let group = groups.iter().find(|group| group.id == id);
    group.map_or("", |group| group.name.as_str())
}

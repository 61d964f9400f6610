//! `/history [currency]`

use std::collections::HashMap;

use app::{Posting, StoreError};
use ledger::{CurrencyId, HolderId, Identity, Owner, Platform};
use twilight_model::application::command::Command;

use super::{Verb, currency_option, in_guilds};
use crate::{
    answer::{List, Reply},
    context::Context,
    currencies::Currencies,
    invocation::Invocation,
    place::Place,
    replies,
};

/// So many fit into one answer.
const LINES: usize = 20;

pub(super) fn definition() -> Command {
    in_guilds(
        Verb::History,
        "What came into your wallet and went out, and where each came from",
    )
    .option(currency_option("Only this currency"))
    .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::of(ctx, asked).await?;
    let only = match asked.text(super::CURRENCY) {
        Some(text) => Some(place.currency(Some(text))?.currency.id),
        None => None,
    };
    let all = Currencies::of_all_guilds(ctx)
        .await
        .map_err(replies::read_failed)?;
    let currencies = place.currencies.with_others(all);
    let (postings, names) = read(ctx, asked.user, only)
        .await
        .map_err(replies::read_failed)?;
    let lines = postings.iter().filter_map(|posting| {
        let shown = currencies.get(posting.currency)?;
        let other = match posting.other {
            Owner::Holder(holder) => names.get(&holder).copied().flatten(),
            // Who gave the order, where the other side is the currency itself.
            Owner::System(_) => names
                .get(&posting.actor)
                .copied()
                .flatten()
                .filter(|actor| *actor != asked.user),
        };
        Some(replies::history_line(posting, shown, other))
    });
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return Ok(replies::empty_history());
    }
    Ok(Reply::list(List {
        title: replies::HISTORY.into(),
        lines,
        footer: None,
        picture: None,
    }))
}

type Names = HashMap<HolderId, Option<u64>>;

async fn read(
    ctx: &Context,
    user: u64,
    only: Option<CurrencyId>,
) -> Result<(Vec<Posting>, Names), StoreError> {
    let holder = ctx.app.holder(Identity::discord(user)).await?;
    let postings = ctx.app.history(holder, only, None, LINES).await?;
    let mut names = Names::new();
    for posting in &postings {
        let other = match posting.other {
            Owner::Holder(holder) => holder,
            Owner::System(_) => posting.actor,
        };
        if let std::collections::hash_map::Entry::Vacant(unknown) = names.entry(other) {
            unknown.insert(discord_of(ctx, other).await?);
        }
    }
    Ok((postings, names))
}

/// Somebody's Discord id, if they have one.
pub(super) async fn discord_of(ctx: &Context, holder: HolderId) -> Result<Option<u64>, StoreError> {
    let record = ctx.app.store().holder(holder).await?;
    Ok(record.and_then(|record| {
        let mut known = record.identities.into_iter();
        let identity = known.find(|identity| identity.platform() == Platform::Discord)?;
        identity.subject().parse().ok()
    }))
}

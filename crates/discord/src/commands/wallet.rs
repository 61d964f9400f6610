//! `/wallet [user]`

use app::{RateRecord, StoreError, WalletLine};
use economy::value_in;
use ledger::Identity;
use twilight_model::application::command::Command;
use twilight_util::builder::command::UserBuilder;

use super::{Verb, anywhere};
use crate::{
    answer::{List, Reply},
    context::Context,
    currencies::{Currencies, Shown},
    invocation::Invocation,
    place::Place,
    replies,
};

pub(super) fn definition() -> Command {
    anywhere(
        Verb::Wallet,
        "What is in your wallet, or in somebody else's",
    )
    .option(UserBuilder::new(
        "user",
        "Whose wallet; without it your own",
    ))
    .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let of = asked
        .user("user")
        .filter(|chosen| chosen.discord != asked.user);
    if of.is_some_and(|chosen| chosen.bot) {
        return Err(replies::bots_have_no_wallet(
            of.map_or(0, |chosen| chosen.discord),
        ));
    }
    match (asked.guild, of) {
        (None, Some(_)) => Err(replies::only_your_own_wallet_here()),
        (None, None) => {
            let currencies = Currencies::of_all_guilds(ctx)
                .await
                .map_err(replies::read_failed)?;
            show(ctx, asked.user, None, &currencies).await
        }
        (Some(_), None) => {
            let here = Place::of(ctx, asked).await?.currencies;
            let all = Currencies::of_all_guilds(ctx)
                .await
                .map_err(replies::read_failed)?;
            show(ctx, asked.user, None, &here.with_others(all)).await
        }
        // What somebody has elsewhere is nobody's business here.
        (Some(_), Some(chosen)) => {
            let here = Place::of(ctx, asked).await?.currencies;
            show(ctx, chosen.discord, Some(chosen.discord), &here).await
        }
    }
}

async fn show(
    ctx: &Context,
    whose: u64,
    other: Option<u64>,
    currencies: &Currencies,
) -> Result<Reply, Reply> {
    let (lines, rates) = read(ctx, whose).await.map_err(replies::read_failed)?;
    let held = |line: &WalletLine| line.balance.get() != 0 || !line.held.is_zero();
    let known = lines.iter().filter(|line| held(line));
    let mut known: Vec<(&WalletLine, &Shown)> = known
        .filter_map(|line| Some((line, currencies.get(line.currency)?)))
        .collect();
    let place = |shown: &Shown| {
        currencies
            .iter()
            .position(|other| other.currency.id == shown.currency.id)
    };
    known.sort_by_key(|(_, shown)| place(shown));
    let text = known.iter().map(|(line, shown)| {
        let worth = worth(line, shown, currencies.primary(), &rates);
        replies::wallet_line(
            shown.balance(line.balance),
            (!line.held.is_zero()).then(|| shown.money(line.held)),
            worth,
        )
    });
    let text: Vec<String> = text.collect();
    if text.is_empty() {
        return Ok(replies::empty_wallet(other));
    }
    Ok(Reply::list(List {
        title: replies::wallet_title(other.is_none()),
        lines: text,
        footer: None,
        picture: None,
    })
    .naming(other))
}

async fn read(ctx: &Context, whose: u64) -> Result<(Vec<WalletLine>, Vec<RateRecord>), StoreError> {
    let identity = Identity::discord(whose);
    let Some(holder) = ctx.app.store().holder_by_identity(identity).await? else {
        return Ok((Vec::new(), Vec::new()));
    };
    Ok((
        ctx.app.store().wallet(holder.id).await?,
        ctx.app.store().rates().await?,
    ))
}

/// What a wallet's line is worth in the primary currency, where a direct rate leads there.
fn worth(
    line: &WalletLine,
    shown: &Shown,
    primary: Option<&Shown>,
    rates: &[RateRecord],
) -> Option<String> {
    let primary = primary.filter(|primary| primary.currency.id != shown.currency.id)?;
    let target = primary.currency.id;
    let direct = rates
        .iter()
        .filter(|rate| rate.from == line.currency && rate.to == target);
    let direct: std::collections::BTreeMap<_, _> =
        direct.map(|rate| (rate.from, rate.rate)).collect();
    if direct.is_empty() {
        return None;
    }
    Some(primary.sum(value_in(
        target,
        &direct,
        line.currency,
        line.balance.positive(),
    )))
}

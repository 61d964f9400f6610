//! `/top [currency] [page]`

use std::collections::{BTreeMap, HashMap, HashSet};

use app::StoreError;
use economy::{Standings, Wealth};
use ledger::{CurrencyId, HolderId, Identity, Rate};
use twilight_model::application::command::Command;
use twilight_util::builder::command::IntegerBuilder;

use super::{Verb, currency_option, in_guilds};
use crate::{
    answer::{List, Press, Reply},
    context::Context,
    currencies::{Currencies, Shown},
    invocation::Invocation,
    place::Place,
    replies,
};

/// Its buttons' ids begin with this.
pub(super) const BUTTON: &str = "top";
/// So many without a page.
const FIRST: usize = 5;
/// So many on a page.
const PER_PAGE: usize = 10;

pub(super) fn definition() -> Command {
    in_guilds(Verb::Top, "The richest members of this server")
        .option(currency_option(
            "Which currency; without it the server's primary one",
        ))
        .option(
            IntegerBuilder::new("page", "Ten places on each")
                .min_value(1)
                .max_value(100_000),
        )
        .build()
}

/// One page of one leaderboard, as a button carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Page {
    currency: CurrencyId,
    /// From 1.
    number: usize,
}

impl Page {
    fn read(id: &str) -> Option<Self> {
        let (currency, number) = id.split_once(':')?;
        Some(Self {
            currency: currency.parse().ok()?,
            number: number.parse().ok()?,
        })
    }

    fn write(self) -> String {
        format!("{BUTTON}:{}:{}", self.currency, self.number)
    }
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::of(ctx, asked).await?;
    let shown = place.currency(asked.text(super::CURRENCY))?;
    let number = asked
        .number("page")
        .and_then(|page| usize::try_from(page).ok());
    board(ctx, asked, &place, shown, number).await
}

/// Another page, for whoever pressed its button.
pub(super) async fn press(ctx: &Context, asked: &Invocation, id: &str) -> Result<Reply, Reply> {
    let page = Page::read(id).ok_or_else(replies::old_button)?;
    let place = Place::of(ctx, asked).await?;
    let shown = place
        .currencies
        .get(page.currency)
        .ok_or_else(replies::old_button)?;
    board(ctx, asked, &place, shown, Some(page.number)).await
}

/// The board: the first five, or a page of ten.
async fn board(
    ctx: &Context,
    asked: &Invocation,
    place: &Place,
    shown: &Shown,
    number: Option<usize>,
) -> Result<Reply, Reply> {
    let board = Board::read(ctx, place, shown)
        .await
        .map_err(replies::read_failed)?;
    let own = ctx
        .app
        .holder(Identity::discord(asked.user))
        .await
        .map_err(replies::read_failed)?;
    if board.standings.is_empty() {
        return Ok(replies::empty_board(shown).for_everyone());
    }
    let pages = board.standings.len().div_ceil(PER_PAGE);
    let number = number.map(|number| number.clamp(1, pages));
    let (skip, count) = match number {
        Some(number) => ((number - 1) * PER_PAGE, PER_PAGE),
        None => (0, FIRST),
    };
    let places = board.standings.page(skip, count);
    let mut lines: Vec<String> = places
        .iter()
        .enumerate()
        .map(|(at, wealth)| board.line(skip + at + 1, wealth, shown))
        .collect();
    lines.push(String::new());
    lines.push(replies::own_place(
        asked.user,
        board.standings.rank(own),
        shown,
        board.standings.len(),
    ));
    let footer = number.map(|number| replies::page_of(number, pages));
    let list = List {
        title: replies::board_title(shown),
        lines,
        footer,
        picture: None,
    };
    Ok(Reply::list(list).for_everyone().with_buttons(buttons(
        shown.currency.id,
        number,
        board.standings.len(),
    )))
}

fn buttons(currency: CurrencyId, number: Option<usize>, places: usize) -> Vec<Press> {
    let pages = places.div_ceil(PER_PAGE);
    let to = |number| Page { currency, number }.write();
    match number {
        None if places <= FIRST => Vec::new(),
        None => vec![Press {
            label: replies::MORE_PLACES,
            id: to(1),
            enabled: true,
        }],
        Some(_) if pages <= 1 => Vec::new(),
        Some(number) => vec![
            Press {
                label: replies::PREVIOUS,
                id: to(number - 1),
                enabled: number > 1,
            },
            Press {
                label: replies::NEXT,
                id: to(number + 1),
                enabled: number < pages,
            },
        ],
    }
}

/// The members of one guild by what they have.
struct Board {
    standings: Standings,
    names: HashMap<HolderId, u64>,
}

impl Board {
    async fn read(ctx: &Context, place: &Place, shown: &Shown) -> Result<Self, StoreError> {
        let target = shown.currency.id;
        let group = same_group(&place.currencies, shown);
        let direct = direct_rates(ctx, &group, target).await?;
        let stats = ctx.app.store().guild_stats(place.guild.id, group).await?;
        // Holders of two members who are one person are counted once.
        let mut seen = HashSet::new();
        let names: HashMap<HolderId, u64> = stats
            .members
            .into_iter()
            .filter(|(_, holder)| seen.insert(*holder))
            .map(|(discord, holder)| (holder, discord))
            .collect();
        let wallets = worth_something(stats.wallets, target, &direct);
        let wallets = wallets.filter(|(holder, _, _)| names.contains_key(holder));
        // An account is there once, also when two members of the guild are one person.
        let mut counted = HashSet::new();
        let wallets = wallets.filter(|(holder, currency, _)| counted.insert((*holder, *currency)));
        Ok(Self {
            standings: Standings::new(target, &direct, wallets),
            names,
        })
    }

    fn line(&self, place: usize, wealth: &Wealth, shown: &Shown) -> String {
        replies::place_line(
            place,
            self.names.get(&wealth.holder).copied(),
            &shown.sum(wealth.value),
        )
    }
}

fn same_group(currencies: &Currencies, shown: &Shown) -> Vec<CurrencyId> {
    let same = currencies
        .iter()
        .filter(|other| other.currency.group == shown.currency.group);
    same.map(|other| other.currency.id).collect()
}

async fn direct_rates(
    ctx: &Context,
    group: &[CurrencyId],
    target: CurrencyId,
) -> Result<BTreeMap<CurrencyId, Rate>, StoreError> {
    let rates = ctx.app.store().rates().await?;
    let direct = rates
        .into_iter()
        .filter(|rate| rate.to == target && group.contains(&rate.from));
    Ok(direct.map(|rate| (rate.from, rate.rate)).collect())
}

/// Without what is worth nothing in the target currency: nobody stands on the board with zero.
fn worth_something<'a>(
    wallets: Vec<(HolderId, CurrencyId, ledger::Amount)>,
    target: CurrencyId,
    direct: &'a BTreeMap<CurrencyId, Rate>,
) -> impl Iterator<Item = (HolderId, CurrencyId, ledger::Amount)> + use<'a> {
    wallets.into_iter().filter(move |(_, currency, amount)| {
        economy::value_in(target, direct, *currency, *amount) > 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_says_which_page_and_has_room() {
        let page = Page {
            currency: CurrencyId::new(i64::MAX).unwrap(),
            number: usize::MAX,
        };
        assert!(page.write().len() <= 100);
        let id = page.write();
        assert_eq!(Page::read(id.strip_prefix("top:").unwrap()), Some(page));
        for id in ["", "1", "0:1", "x:1", "1:-1", "1:1:1"] {
            assert_eq!(Page::read(id), None, "{id:?}");
        }
    }

    fn check(number: Option<usize>, places: usize, expect: &[(&str, bool)]) {
        let found = buttons(CurrencyId::new(1).unwrap(), number, places);
        let found: Vec<(&str, bool)> = found
            .iter()
            .map(|press| (press.id.as_str(), press.enabled))
            .collect();
        assert_eq!(found, expect, "page {number:?} of {places} places");
    }

    #[test]
    fn pages_lead_to_each_other() {
        check(None, 5, &[]);
        check(None, 6, &[("top:1:1", true)]);
        check(Some(1), 10, &[]);
        check(Some(1), 11, &[("top:1:0", false), ("top:1:2", true)]);
        check(Some(2), 11, &[("top:1:1", true), ("top:1:3", false)]);
    }
}

//! `/top [currency] [page]`

use ledger::{CurrencyId, HolderId, Identity};
use twilight_model::application::command::Command;
use twilight_util::builder::command::IntegerBuilder;

use super::{Verb, currency_option, in_guilds};
use crate::{
    answer::{List, Press, Reply},
    board::{self, View},
    context::Context,
    currencies::Shown,
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
    let own = ctx
        .app
        .holder(Identity::discord(asked.user))
        .await
        .map_err(replies::read_failed)?;
    let here = (&place.currencies, shown);
    board::look(ctx, &place.guild, here, |view| {
        list(view, shown, (asked.user, own), number)
    })
    .await
    .map_err(replies::read_failed)
}

fn list(
    view: &View<'_>,
    shown: &Shown,
    (user, own): (u64, HolderId),
    number: Option<usize>,
) -> Reply {
    let places = view.places();
    if places == 0 {
        return replies::empty_board(shown).for_everyone();
    }
    let pages = places.div_ceil(PER_PAGE);
    let number = number.map(|number| number.clamp(1, pages));
    let (skip, count) = match number {
        Some(number) => ((number - 1) * PER_PAGE, PER_PAGE),
        None => (0, FIRST),
    };
    let page = (skip + 1..).zip(view.page(skip, count));
    let mut lines: Vec<String> = page
        .map(|(place, (user, value))| replies::place_line(place, user, &shown.sum(value)))
        .collect();
    lines.push(String::new());
    lines.push(replies::own_place(user, view.rank(own), shown, places));
    let list = List {
        title: replies::board_title(shown),
        lines,
        footer: number.map(|number| replies::page_of(number, pages)),
        picture: None,
    };
    let buttons = buttons(shown.currency.id, number, places);
    Reply::list(list).for_everyone().with_buttons(buttons)
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

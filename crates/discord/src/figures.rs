//! What happened to one currency in the last days.

use std::collections::BTreeMap;

use app::{Flow, FlowQuery, StoreError, Supply};
use chart::{Date, Day};
use ledger::{CurrencyId, Kind};

use crate::context::Context;

/// So many days are looked at, today among them.
const DAYS: i32 = 30;
/// A young currency's picture has so many all the same.
const FEWEST_DAYS: usize = 7;
const DAY_MS: i64 = 86_400_000;

/// One currency over the last days.
#[derive(Debug)]
pub(crate) struct Figures {
    pub supply: Supply,
    /// Oldest first, none left out. Those before the first money are not in it.
    pub days: Vec<Day>,
    pub minted: i128,
    pub burned: i128,
    /// What brought money, what took it, what moved it: the largest first.
    pub faucets: Vec<Part>,
    pub sinks: Vec<Part>,
    pub moves: Vec<Part>,
}

/// What one kind of transaction did through one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub kind: Kind,
    pub entry: String,
    pub amount: i128,
    pub times: u64,
}

impl Figures {
    pub(crate) async fn read(ctx: &Context, supply: Supply) -> Result<Self, StoreError> {
        let today = ctx.app.clock().now_ms().div_euclid(DAY_MS);
        let today = i32::try_from(today).unwrap_or_default();
        let query = FlowQuery {
            currency: Some(supply.currency),
            from_day: today - (DAYS - 1),
            to_day: today,
            by_day: true,
            ..FlowQuery::default()
        };
        let flows = ctx.app.store().flows(query).await?;
        Ok(Self::of(supply, &flows, today))
    }

    fn of(supply: Supply, flows: &[Flow], today: i32) -> Self {
        let sum = |of: fn(&Flow) -> i128| flows.iter().map(of).fold(0, i128::saturating_add);
        Self {
            supply,
            days: days(supply.issued, flows, today),
            minted: sum(|flow| flow.totals.issued),
            burned: sum(|flow| flow.totals.retired),
            faucets: parts(flows, |flow| flow.totals.issued),
            sinks: parts(flows, |flow| flow.totals.retired),
            moves: parts(flows, |flow| flow.totals.moved),
        }
    }
}

/// From what there is now back to what there was at the end of each day.
fn days(now: i128, flows: &[Flow], today: i32) -> Vec<Day> {
    let mut moved: BTreeMap<i32, (i128, i128)> = BTreeMap::new();
    for flow in flows {
        let (minted, burned) = moved.entry(flow.day.unwrap_or(today)).or_default();
        *minted = minted.saturating_add(flow.totals.issued);
        *burned = burned.saturating_add(flow.totals.retired);
    }
    let mut supply = now;
    let mut days: Vec<Day> = Vec::new();
    for number in (today - (DAYS - 1)..=today).rev() {
        let (minted, burned) = moved.get(&number).copied().unwrap_or_default();
        days.push(Day {
            date: Date::of_day(number),
            supply,
            minted,
            burned,
        });
        supply = supply.saturating_sub(minted).saturating_add(burned);
    }
    let is_empty = |day: &Day| (day.supply, day.minted, day.burned) == (0, 0, 0);
    while days.len() > FEWEST_DAYS && days.last().is_some_and(is_empty) {
        days.pop();
    }
    days.reverse();
    days
}

fn parts(flows: &[Flow], amount: fn(&Flow) -> i128) -> Vec<Part> {
    let mut parts: BTreeMap<(u8, &str), Part> = BTreeMap::new();
    for flow in flows.iter().filter(|flow| amount(flow) != 0) {
        let key = (flow.kind.code(), flow.entry.as_str());
        let part = parts.entry(key).or_insert_with(|| Part {
            kind: flow.kind,
            entry: flow.entry.clone(),
            amount: 0,
            times: 0,
        });
        part.amount = part.amount.saturating_add(amount(flow));
        part.times = part.times.saturating_add(flow.totals.transfers);
    }
    let mut parts: Vec<Part> = parts.into_values().collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.amount));
    parts
}

/// What there is of a currency, also when nothing of it ever moved.
pub(crate) fn supply_of(supplies: &[Supply], currency: CurrencyId) -> Supply {
    let found = supplies.iter().find(|supply| supply.currency == currency);
    found.copied().unwrap_or(Supply {
        currency,
        sequence: 0,
        issued: 0,
        held: 0,
        escrowed: 0,
        holders: 0,
    })
}

#[cfg(test)]
mod tests {
    use app::FlowTotals;
    use ledger::CodeSiteId;

    use super::*;

    const TODAY: i32 = 20_778;

    fn flow(day: i32, kind: Kind, entry: &str, [issued, retired, moved]: [i128; 3]) -> Flow {
        Flow {
            day: Some(day),
            currency: CurrencyId::new(1).unwrap(),
            kind,
            entry: entry.into(),
            application: String::new(),
            site: CodeSiteId::new(1),
            class: String::new(),
            function: String::new(),
            totals: FlowTotals {
                transfers: 2,
                issued,
                retired,
                moved,
                ..FlowTotals::default()
            },
        }
    }

    fn figures(issued: i128, flows: &[Flow]) -> Figures {
        let supply = Supply {
            issued,
            ..supply_of(&[], CurrencyId::new(1).unwrap())
        };
        Figures::of(supply, flows, TODAY)
    }

    fn check(issued: i128, flows: &[Flow], expect: (usize, &[i128])) {
        let found = figures(issued, flows).days;
        let last: Vec<i128> = found.iter().rev().map(|day| day.supply).collect();
        assert_eq!(found.len(), expect.0);
        assert_eq!(last[..expect.1.len()], *expect.1, "the last day first");
        assert_eq!(found.last().unwrap().date, Date::of_day(TODAY));
    }

    #[test]
    fn supply_is_counted_back_from_today() {
        check(0, &[], (7, &[0; 7]));
        check(50, &[], (30, &[50; 30]));
        let young = [flow(TODAY, Kind::Mint, "a", [4, 0, 0])];
        check(4, &young, (7, &[4, 0, 0, 0, 0, 0, 0]));
        let moved = [
            flow(TODAY - 2, Kind::Mint, "a", [30, 0, 0]),
            flow(TODAY - 1, Kind::Burn, "b", [0, 10, 0]),
            flow(TODAY - 1, Kind::Mint, "a", [5, 0, 0]),
        ];
        check(45, &moved, (30, &[45, 45, 50, 20, 20]));
    }

    #[test]
    fn what_did_the_same_is_one_part() {
        let found = figures(
            10,
            &[
                flow(TODAY - 2, Kind::Mint, "discord:reaction_add", [3, 0, 0]),
                flow(TODAY, Kind::Mint, "discord:reaction_add", [4, 0, 0]),
                flow(TODAY, Kind::Mint, "discord:/mint", [9, 0, 0]),
                flow(TODAY, Kind::Transfer, "discord:/transfer", [0, 0, 1]),
            ],
        );
        let faucets = found.faucets.iter();
        let faucets: Vec<(&str, i128, u64)> = faucets
            .map(|part| (part.entry.as_str(), part.amount, part.times))
            .collect();
        let expect = [("discord:/mint", 9, 2), ("discord:reaction_add", 7, 4)];
        assert_eq!(faucets, expect);
        assert_eq!((found.minted, found.burned), (16, 0));
        assert!(found.sinks.is_empty() && found.moves.len() == 1);
    }
}

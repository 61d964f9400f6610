//! What changing money can never do: give more than the rate, gain by splitting, gain by going round.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::collections::BTreeMap;

use economy::{RateBetween, find_arbitrage};
use ledger::{Amount, CurrencyId, Rate};
use proptest::prelude::*;

fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![
        0..1_000_i64,
        0..=i64::MAX,
        Just(i64::MAX),
        Just(1 << 62),
        Just((1 << 53) + 1)
    ]
}

fn rates() -> impl Strategy<Value = Rate> {
    let part = || prop_oneof![1..10_u64, 1..=1_000_000_000_000_000_000_u64];
    (part(), part()).prop_map(|(num, den)| Rate::new(num, den).unwrap())
}

/// What an exchange gives, if an account can hold it.
fn given(rate: Rate, minor_units: i64) -> Option<i64> {
    let quote = rate.apply(Amount::new(minor_units).unwrap())?;
    Some(quote.result.get())
}

proptest! {
    #[test]
    fn an_exchange_never_gives_more_than_the_rate_and_less_than_a_unit_below(rate in rates(), amount in amounts()) {
        if let Some(result) = given(rate, amount) {
            let (paid, result) = (u128::from(amount.unsigned_abs()), u128::from(result.unsigned_abs()));
            let (num, den) = (u128::from(rate.num()), u128::from(rate.den()));
            prop_assert!(result * den <= paid * num);
            prop_assert!((result + 1) * den > paid * num);
        }
    }

    #[test]
    fn splitting_never_gains(rate in rates(), amount in amounts(), parts in prop::collection::vec(any::<u64>(), 1..8)) {
        let Some(whole) = given(rate, amount) else { return Ok(()) };
        let (mut left, mut sum) = (amount, 0_i128);
        for part in parts {
            let part = i64::try_from(part % (left.unsigned_abs() + 1)).unwrap();
            left -= part;
            sum += i128::from(given(rate, part).unwrap());
        }
        sum += i128::from(given(rate, left).unwrap());
        prop_assert!(sum <= i128::from(whole));
    }

    #[test]
    fn a_round_trip_at_inverse_rates_never_gains(rate in rates(), amount in amounts()) {
        let inverse = Rate::new(rate.den(), rate.num()).unwrap();
        let back = given(rate, amount).and_then(|result| given(inverse, result));
        prop_assert!(back.is_none_or(|back| back <= amount));
    }

    #[test]
    fn arbitrage_is_found_where_there_is_some_and_only_there(edges in prop::collection::btree_map((1..6_i64, 1..6_i64), (1..7_u64, 1..7_u64), 0..14)) {
        let edges: BTreeMap<(i64, i64), (u64, u64)> = edges.into_iter().filter(|((from, to), _)| from != to).collect();
        let between = edges.iter().map(|((from, to), (num, den))| RateBetween {
            from: CurrencyId::new(*from).unwrap(),
            to: CurrencyId::new(*to).unwrap(),
            rate: Rate::new(*num, *den).unwrap(),
        });
        let found = find_arbitrage(&between.collect::<Vec<_>>());
        let shortest = cycles(&edges).filter(|cycle| gains(&edges, cycle)).map(|cycle| cycle.len()).min();
        prop_assert_eq!(found.as_ref().map(|found| found.cycle.len()), shortest);
        if let Some(found) = found {
            let cycle: Vec<i64> = found.cycle.iter().map(|currency| currency.get()).collect();
            prop_assert!(gains(&edges, &cycle));
        }
    }
}

/// All ways through two to five different currencies.
fn cycles(edges: &BTreeMap<(i64, i64), (u64, u64)>) -> impl Iterator<Item = Vec<i64>> {
    let mut found = Vec::new();
    let mut open: Vec<Vec<i64>> = (1..6).map(|start| vec![start]).collect();
    while let Some(way) = open.pop() {
        for next in 1..6 {
            let last = way[way.len() - 1];
            if !edges.contains_key(&(last, next)) {
                continue;
            }
            if next == way[0] {
                found.push(way.clone());
            } else if !way.contains(&next) {
                open.push(way.iter().copied().chain([next]).collect());
            }
        }
    }
    found.into_iter()
}

/// Products of at most five factors below seven fit easily.
fn gains(edges: &BTreeMap<(i64, i64), (u64, u64)>, cycle: &[i64]) -> bool {
    let steps = cycle.iter().zip(cycle.iter().cycle().skip(1));
    let (num, den) = steps.fold((1, 1), |(num, den), (from, to)| {
        let rate = edges[&(*from, *to)];
        (num * rate.0, den * rate.1)
    });
    num > den
}

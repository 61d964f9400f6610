use std::{cmp::Reverse, collections::BinaryHeap};

use ledger::{Balance, CurrencyId, HolderId};
use rusqlite::Connection;

use super::{MOST_ROWS, ReadError, currency_ref, number, tail::Tail};

/// The richest holders of a currency who have anything, by balance, then by the older holder; exact at the last transfer.
pub(crate) fn richest_list(
    db: &Connection,
    currency: CurrencyId,
    skip: usize,
    limit: usize,
) -> Result<Vec<(HolderId, Balance)>, ReadError> {
    let Some(currency) = currency_ref(db, currency)? else {
        return Ok(Vec::new());
    };
    let places = skip.saturating_add(limit.min(MOST_ROWS));
    let page = best(db, currency, places)?
        .into_sorted_vec()
        .into_iter()
        .skip(skip);
    page.map(|(Reverse(balance), holder)| Ok((number(holder)?, Balance::new(balance))))
        .collect()
}

/// The first places; the heap's greatest is the last of them.
fn best(
    db: &Connection,
    currency: i64,
    places: usize,
) -> Result<BinaryHeap<(Reverse<i64>, i64)>, ReadError> {
    let tail = Tail::load(db)?;
    let mut best = BinaryHeap::new();
    let mut statement = db.prepare_cached(
        "SELECT ref, balance, holder FROM account WHERE role = 0 AND currency = ?1",
    )?;
    let mut rows = statement.query([currency])?;
    while let Some(row) = rows.next()? {
        let balance = tail.balance(row.get(0)?, row.get(1)?);
        if balance > 0 {
            best.push((Reverse(balance), row.get(2)?));
        }
        if best.len() > places {
            best.pop();
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::world::World;

    #[test]
    fn places_go_by_balance_then_by_age() {
        let mut world = World::new();
        let group = world.group();
        let (coin, gem) = (world.currency(group, "coin"), world.currency(group, "gem"));
        let holders: Vec<_> = (1..=5).map(|user| world.holder(user)).collect();
        for (holder, amount) in holders.iter().zip([10, 30, 10, 20, 5]) {
            world.mint(*holder, coin, amount);
            world.mint(*holder, gem, 1_000);
        }
        world.snapshot();
        world.pay(holders[4], holders[0], coin, 5);
        world.pay(holders[0], holders[4], coin, 15);
        let check = |skip, limit, expect: &[(usize, i64)]| {
            let expect: Vec<_> = expect
                .iter()
                .map(|(at, balance)| (holders[*at], Balance::new(*balance)))
                .collect();
            assert_eq!(richest_list(&world.db, coin, skip, limit).unwrap(), expect);
        };
        check(0, 10, &[(1, 30), (3, 20), (4, 15), (2, 10)]);
        check(0, 2, &[(1, 30), (3, 20)]);
        check(1, 2, &[(3, 20), (4, 15)]);
        check(3, 2, &[(2, 10)]);
        check(4, 2, &[]);
        check(0, 0, &[]);
        assert_eq!(
            richest_list(&world.db, CurrencyId::new(5).unwrap(), 0, 9).unwrap(),
            []
        );
    }

    #[test]
    fn equals_stand_by_the_older_holder() {
        let mut world = World::new();
        let group = world.group();
        let coin = world.currency(group, "coin");
        let holders: Vec<_> = (1..=4).map(|user| world.holder(user)).collect();
        for holder in holders.iter().rev() {
            world.mint(*holder, coin, 10);
        }
        let page = |skip| {
            richest_list(&world.db, coin, skip, 2)
                .unwrap()
                .into_iter()
                .map(|(holder, _)| holder)
                .collect::<Vec<_>>()
        };
        assert_eq!(page(0), holders[..2]);
        assert_eq!(page(2), holders[2..]);
    }
}

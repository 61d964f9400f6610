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

use app::BalancesAfter;
use ledger::{Balance, CurrencyId, HolderId, Kind};
use rusqlite::{Connection, Row};
use rustc_hash::FxHashMap;

use super::{ReadError, column, column::count, column_opt, currency_ref};

/// What transfers after the cursor left in holders' accounts of these currencies; looks at `limit` transfers at most.
pub(crate) fn balances_after(
    db: &Connection,
    cursor: i64,
    currencies: &[CurrencyId],
    limit: usize,
) -> Result<BalancesAfter, ReadError> {
    let mut wanted = FxHashMap::default();
    for currency in currencies {
        wanted.extend(currency_ref(db, *currency)?.map(|known| (known, *currency)));
    }
    let mut after = BalancesAfter {
        cursor,
        links: link_count(db)?,
        ..BalancesAfter::default()
    };
    let mut statement = db.prepare_cached(
        "SELECT t.id, t.kind, t.currency, d.holder, t.debit_after, c.holder, t.credit_after FROM transfer t \
         LEFT JOIN account d ON d.ref = t.debit LEFT JOIN account c ON c.ref = t.credit WHERE t.id > ?1 ORDER BY t.id LIMIT ?2",
    )?;
    let mut rows = statement.query((cursor, i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        looked_at += 1;
        after.cursor = row.get(0)?;
        after.linked |= column::<Kind>(row, 1)? == Kind::Link;
        if let Some(currency) = wanted.get(&row.get(2)?) {
            let [debit, credit] = [left(row, 3)?, left(row, 5)?];
            let of_holders = [debit, credit].into_iter().flatten();
            let balances = of_holders.map(|(holder, balance)| (holder, *currency, balance));
            after.balances.extend(balances);
        }
    }
    after.more = looked_at == limit;
    Ok(after)
}

/// Whose account it is and what was left there, from two columns; nothing for an account that is nobody's.
fn left(row: &Row<'_>, at: usize) -> Result<Option<(HolderId, Balance)>, ReadError> {
    let balance = Balance::new(row.get(at + 1)?);
    Ok(column_opt(row, at)?.map(|holder| (holder, balance)))
}

/// How many holders became one with another so far.
pub(super) fn link_count(db: &Connection) -> Result<u64, ReadError> {
    db.prepare_cached("SELECT count(*) FROM holder WHERE merged_into IS NOT NULL")?
        .query_and_then([], |row| count(row, 0))?
        .next()
        .unwrap_or(Ok(0))
}

use app::RateRecord;
use ledger::{Currency, CurrencyId, CurrencyName, Group, GroupId, Rate};
use rusqlite::{Connection, Row};

use super::{
    ReadError, column,
    column::{column_opt, damaged},
    word,
};

macro_rules! currency_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, group_id, name, symbol, decimals, class, state, ref FROM currency ",
            $rest
        )
    };
}

macro_rules! group_sql {
    ($rest:literal) => {
        concat!("SELECT id, kind, name, owner FROM currency_group ", $rest)
    };
}

/// All currencies, oldest first.
pub(crate) fn currency_list(db: &Connection) -> Result<Vec<Currency>, ReadError> {
    db.prepare_cached(currency_sql!("ORDER BY id"))?
        .query_and_then([], currency_row)?
        .collect()
}

pub(crate) fn currency_fetch(
    db: &Connection,
    id: CurrencyId,
) -> Result<Option<Currency>, ReadError> {
    db.prepare_cached(currency_sql!("WHERE id = ?1"))?
        .query_and_then([id.get()], currency_row)?
        .next()
        .transpose()
}

fn currency_row(row: &Row<'_>) -> Result<Currency, ReadError> {
    let name: String = row.get(2)?;
    Ok(Currency {
        id: column(row, 0)?,
        group: column(row, 1)?,
        name: CurrencyName::new(name.as_str()).map_err(|_| damaged("currency's name", name))?,
        symbol: row.get(3)?,
        decimals: column(row, 4)?,
        class: word(row, 5)?,
        state: word(row, 6)?,
    })
}

/// All groups, oldest first.
pub(crate) fn group_list(db: &Connection) -> Result<Vec<Group>, ReadError> {
    db.prepare_cached(group_sql!("ORDER BY id"))?
        .query_and_then([], group_row)?
        .collect()
}

pub(crate) fn group_fetch(db: &Connection, id: GroupId) -> Result<Option<Group>, ReadError> {
    db.prepare_cached(group_sql!("WHERE id = ?1"))?
        .query_and_then([id.get()], group_row)?
        .next()
        .transpose()
}

fn group_row(row: &Row<'_>) -> Result<Group, ReadError> {
    Ok(Group {
        id: column(row, 0)?,
        kind: word(row, 1)?,
        name: row.get(2)?,
        owner: column_opt(row, 3)?,
    })
}

/// All rates, by the ids of their currencies.
pub(crate) fn rate_list(db: &Connection) -> Result<Vec<RateRecord>, ReadError> {
    db.prepare_cached(
        "SELECT f.id, t.id, r.num, r.den, r.set_ms FROM rate r JOIN currency f ON f.ref = r.from_currency \
         JOIN currency t ON t.ref = r.to_currency ORDER BY f.id, t.id",
    )?
    .query_and_then([], rate_row)?
    .collect()
}

fn rate_row(row: &Row<'_>) -> Result<RateRecord, ReadError> {
    Ok(RateRecord {
        from: column(row, 0)?,
        to: column(row, 1)?,
        rate: rate(row.get(2)?, row.get(3)?)?,
        set_ms: row.get(4)?,
    })
}

/// A rate from its two columns.
pub(super) fn rate(num: i64, den: i64) -> Result<Rate, ReadError> {
    let side = |side: i64| u64::try_from(side).unwrap_or(0);
    Rate::new(side(num), side(den)).map_err(|_| damaged("rate", format_args!("{num}/{den}")))
}

use crate::client::GenericClient;
use app::RateRecord;
use ledger::{Currency, CurrencyId, CurrencyName, Group, GroupId, Rate};
use tokio_postgres::Row;

use super::{
    column,
    column::{column_opt, damaged},
    row_opt, rows, word,
};
use crate::error::Sql;

macro_rules! currency_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, group_id, name, symbol, decimals, class, state FROM currency ",
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
pub(crate) async fn currency_list(db: &impl GenericClient) -> Sql<Vec<Currency>> {
    rows(db, currency_sql!("ORDER BY id"), &[], currency_row).await
}

pub(crate) async fn currency_fetch(
    db: &impl GenericClient,
    id: CurrencyId,
) -> Sql<Option<Currency>> {
    row_opt(
        db,
        currency_sql!("WHERE id = $1"),
        &[&id.get()],
        currency_row,
    )
    .await
}

fn currency_row(row: &Row) -> Sql<Currency> {
    let name: &str = row.try_get(2)?;
    Ok(Currency {
        id: column(row, 0)?,
        group: column(row, 1)?,
        name: CurrencyName::new(name).map_err(|_| damaged("currency's name", name))?,
        symbol: row.try_get(3)?,
        decimals: column(row, 4)?,
        class: word(row, 5)?,
        state: word(row, 6)?,
    })
}

/// All groups, oldest first.
pub(crate) async fn group_list(db: &impl GenericClient) -> Sql<Vec<Group>> {
    rows(db, group_sql!("ORDER BY id"), &[], group_row).await
}

pub(crate) async fn group_fetch(db: &impl GenericClient, id: GroupId) -> Sql<Option<Group>> {
    row_opt(db, group_sql!("WHERE id = $1"), &[&id.get()], group_row).await
}

fn group_row(row: &Row) -> Sql<Group> {
    Ok(Group {
        id: column(row, 0)?,
        kind: word(row, 1)?,
        name: row.try_get(2)?,
        owner: column_opt(row, 3)?,
    })
}

/// All rates, by the ids of their currencies.
pub(crate) async fn rate_list(db: &impl GenericClient) -> Sql<Vec<RateRecord>> {
    rows(
        db,
        "SELECT from_currency, to_currency, num, den, set_ms FROM rate ORDER BY from_currency, to_currency",
        &[],
        rate_row,
    )
    .await
}

fn rate_row(row: &Row) -> Sql<RateRecord> {
    Ok(RateRecord {
        from: column(row, 0)?,
        to: column(row, 1)?,
        rate: rate(row.try_get(2)?, row.try_get(3)?)?,
        set_ms: row.try_get(4)?,
    })
}

/// A rate from its two columns.
pub(super) fn rate(num: i64, den: i64) -> Sql<Rate> {
    let side = |side: i64| u64::try_from(side).unwrap_or(0);
    Rate::new(side(num), side(den)).map_err(|_| damaged("rate", format_args!("{num}/{den}")))
}

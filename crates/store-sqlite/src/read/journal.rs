use std::ops::ControlFlow;

use ledger::TransactionId;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{ReadError, column};

/// What a transfer's row says of the movement and of the chains that it is in.
#[derive(Debug)]
pub(super) struct JournalRow {
    pub(super) id: i64,
    pub(super) sequence: i64,
    pub(super) leg: i64,
    pub(super) kind: i64,
    pub(super) currency: i64,
    pub(super) debit: i64,
    pub(super) credit: i64,
    pub(super) amount: i64,
    pub(super) debit_after: i64,
    pub(super) credit_after: i64,
    pub(super) debit_prev: i64,
    pub(super) credit_prev: i64,
    pub(super) actor: i64,
    pub(super) origin: i64,
    pub(super) origin_prev: i64,
}

macro_rules! journal_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, sequence, leg, kind, currency, debit, credit, amount, debit_after, credit_after, debit_prev, credit_prev, \
             actor, origin, origin_prev FROM transfer ",
            $rest
        )
    };
}

/// Shows the transfers after this id one by one, oldest first, until it is told to stop.
pub(super) fn transfer_visit_after(
    db: &Connection,
    id: i64,
    mut visit: impl FnMut(JournalRow) -> Result<ControlFlow<()>, ReadError>,
) -> Result<(), ReadError> {
    let mut statement = db.prepare_cached(journal_sql!("WHERE id > ?1 ORDER BY id"))?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        if visit(journal_row(row)?)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// One transfer.
pub(super) fn transfer_fetch(db: &Connection, id: i64) -> Result<Option<JournalRow>, ReadError> {
    Ok(db
        .prepare_cached(journal_sql!("WHERE id = ?1"))?
        .query_row([id], journal_row)
        .optional()?)
}

/// The transaction of a transfer.
pub(super) fn transaction_of(
    db: &Connection,
    transfer: TransactionId,
) -> Result<TransactionId, ReadError> {
    db.prepare_cached("SELECT id - leg FROM transfer WHERE id = ?1")?
        .query_and_then([transfer.get()], |row| column(row, 0))?
        .next()
        .unwrap_or(Ok(transfer))
}

/// Id and sequence of the last transfer; zeros in an empty ledger.
pub(crate) fn transfer_last(db: &Connection) -> Result<(i64, u64), ReadError> {
    let last = db
        .prepare_cached("SELECT id, sequence FROM transfer ORDER BY id DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))
        .optional()?;
    Ok(last.map_or((0, 0), |(id, sequence)| (id, sequence.cast_unsigned())))
}

/// Up to which transfer something is written behind; 0 for nothing yet.
pub(super) fn mark_at(db: &Connection, name: &str) -> Result<i64, ReadError> {
    let mark = db
        .prepare_cached("SELECT transfer FROM mark WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(mark.unwrap_or(0))
}

fn journal_row(row: &Row<'_>) -> rusqlite::Result<JournalRow> {
    Ok(JournalRow {
        id: row.get(0)?,
        sequence: row.get(1)?,
        leg: row.get(2)?,
        kind: row.get(3)?,
        currency: row.get(4)?,
        debit: row.get(5)?,
        credit: row.get(6)?,
        amount: row.get(7)?,
        debit_after: row.get(8)?,
        credit_after: row.get(9)?,
        debit_prev: row.get(10)?,
        credit_prev: row.get(11)?,
        actor: row.get(12)?,
        origin: row.get(13)?,
        origin_prev: row.get(14)?,
    })
}

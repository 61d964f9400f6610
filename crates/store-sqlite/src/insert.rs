use posting::TransferRow;
use rusqlite::{CachedStatement, Connection, types::Null};

/// How many rows one statement inserts.
const TOGETHER: usize = 16;
const COLUMNS: usize = 19;

/// Writes rows into the journal, sixteen to a statement.
pub(crate) fn transfers_insert(db: &Connection, rows: &[TransferRow]) -> rusqlite::Result<()> {
    let (groups, rest) = rows.as_chunks::<TOGETHER>();
    if !groups.is_empty() {
        let mut statement = db.prepare_cached(statement::<TOGETHER>())?;
        for group in groups {
            insert(&mut statement, group)?;
        }
    }
    if !rest.is_empty() {
        let mut statement = db.prepare_cached(statement::<1>())?;
        for row in rest {
            insert(&mut statement, std::slice::from_ref(row))?;
        }
    }
    Ok(())
}

fn insert(statement: &mut CachedStatement<'_>, rows: &[TransferRow]) -> rusqlite::Result<()> {
    for (number, row) in rows.iter().enumerate() {
        bind(statement, number * COLUMNS, row)?;
    }
    statement.raw_execute().map(|_| ())
}

fn bind(
    statement: &mut CachedStatement<'_>,
    before: usize,
    row: &TransferRow,
) -> rusqlite::Result<()> {
    let numbers = [
        row.id,
        row.sequence,
        i64::from(row.leg),
        i64::from(row.kind),
        row.currency,
        row.debit,
        row.credit,
        row.amount,
        row.debit_after,
        row.credit_after,
        row.debit_prev,
        row.credit_prev,
    ];
    for (column, number) in (1..).zip(numbers) {
        statement.raw_bind_parameter(before + column, number)?;
    }
    match row.debit_floor {
        Some(floor) => statement.raw_bind_parameter(before + 13, floor)?,
        None => statement.raw_bind_parameter(before + 13, Null)?,
    }
    statement.raw_bind_parameter(before + 14, row.actor)?;
    statement.raw_bind_parameter(before + 15, row.origin)?;
    statement.raw_bind_parameter(before + 16, row.origin_prev)?;
    match &row.key {
        Some((key, content)) => {
            statement.raw_bind_parameter(before + 17, key.as_slice())?;
            statement.raw_bind_parameter(before + 18, content)?;
        }
        None => {
            statement.raw_bind_parameter(before + 17, Null)?;
            statement.raw_bind_parameter(before + 18, Null)?;
        }
    }
    statement.raw_bind_parameter(before + 19, row.hash.as_slice())
}

fn statement<const ROWS: usize>() -> &'static str {
    use std::sync::LazyLock;
    static ONE: LazyLock<String> = LazyLock::new(|| text(1));
    static MANY: LazyLock<String> = LazyLock::new(|| text(TOGETHER));
    if ROWS == 1 { &ONE } else { &MANY }
}

fn text(rows: usize) -> String {
    let row = format!("({})", vec!["?"; COLUMNS].join(", "));
    format!(
        "INSERT INTO transfer (id, sequence, leg, kind, currency, debit, credit, amount, debit_after, credit_after, debit_prev, credit_prev, \
         debit_floor, actor, origin, origin_prev, key, content, hash) VALUES {}",
        vec![row; rows].join(", ")
    )
}

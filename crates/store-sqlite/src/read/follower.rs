use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use super::{ReadError, column::json};

/// Where a follower of the journal stands; 0 when it never ran.
pub(crate) fn cursor_fetch(db: &Connection, name: &str) -> Result<i64, ReadError> {
    let at = db
        .prepare_cached("SELECT at FROM follower WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(at.unwrap_or(0))
}

pub(crate) fn memo_fetch(db: &Connection, name: &str) -> Result<Option<Value>, ReadError> {
    db.prepare_cached("SELECT value FROM memo WHERE name = ?1")?
        .query_and_then([name], |row| json(row, 0))?
        .next()
        .transpose()
}

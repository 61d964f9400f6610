use rusqlite::{Connection, params};
use serde_json::Value;

use crate::read::ReadError;

pub(crate) fn cursor_set(db: &Connection, name: &str, at: i64) -> Result<(), ReadError> {
    db.prepare_cached("INSERT INTO follower (name, at) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET at = excluded.at")?
        .execute(params![name, at])?;
    Ok(())
}

pub(crate) fn memo_set(db: &Connection, name: &str, value: &Value) -> Result<(), ReadError> {
    db.prepare_cached("INSERT INTO memo (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")?
        .execute(params![name, value.to_string()])?;
    Ok(())
}

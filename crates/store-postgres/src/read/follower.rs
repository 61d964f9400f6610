use crate::client::GenericClient;
use serde_json::Value;

use super::{column::json, row_opt};
use crate::error::Sql;

/// Where a follower of the journal stands; 0 when it never ran.
pub(crate) async fn cursor_fetch(db: &impl GenericClient, name: &str) -> Sql<i64> {
    let at = row_opt(
        db,
        "SELECT at FROM follower WHERE name = $1",
        &[&name],
        |row| Ok(row.try_get(0)?),
    )
    .await?;
    Ok(at.unwrap_or(0))
}

pub(crate) async fn memo_fetch(db: &impl GenericClient, name: &str) -> Sql<Option<Value>> {
    row_opt(
        db,
        "SELECT value FROM memo WHERE name = $1",
        &[&name],
        |row| json(row, 0),
    )
    .await
}

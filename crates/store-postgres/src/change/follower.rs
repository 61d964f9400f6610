use crate::client::GenericClient;
use serde_json::Value;

use crate::{error::Sql, read::execute};

pub(crate) async fn cursor_set(db: &impl GenericClient, name: &str, at: i64) -> Sql<()> {
    let sql = "INSERT INTO follower (name, at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET at = excluded.at";
    execute(db, sql, &[&name, &at]).await?;
    Ok(())
}

pub(crate) async fn memo_set(db: &impl GenericClient, name: &str, value: &Value) -> Sql<()> {
    let sql = "INSERT INTO memo (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    execute(db, sql, &[&name, &value.to_string()]).await?;
    Ok(())
}

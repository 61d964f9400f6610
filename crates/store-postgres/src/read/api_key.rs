use crate::client::GenericClient;
use app::ApiKey;
use ledger::ApiKeyId;
use tokio_postgres::Row;

use super::{column, column::scopes, row_opt, rows};
use crate::error::Sql;

macro_rules! api_key_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, scopes, created_ms, revoked_ms FROM api_key ",
            $rest
        )
    };
}

/// All keys, revoked ones too, oldest first.
pub(crate) async fn api_key_list(db: &impl GenericClient) -> Sql<Vec<ApiKey>> {
    rows(db, api_key_sql!("ORDER BY id"), &[], api_key_row).await
}

pub(crate) async fn api_key_by_hash(
    db: &impl GenericClient,
    hash: &[u8; 32],
) -> Sql<Option<ApiKey>> {
    row_opt(
        db,
        api_key_sql!("WHERE hash = $1"),
        &[&hash.as_slice()],
        api_key_row,
    )
    .await
}

pub(crate) async fn api_key_fetch(db: &impl GenericClient, id: ApiKeyId) -> Sql<Option<ApiKey>> {
    row_opt(db, api_key_sql!("WHERE id = $1"), &[&id.get()], api_key_row).await
}

fn api_key_row(row: &Row) -> Sql<ApiKey> {
    Ok(ApiKey {
        id: column(row, 0)?,
        name: row.try_get(1)?,
        scopes: scopes(row, 2)?,
        created_ms: row.try_get(3)?,
        revoked_ms: row.try_get(4)?,
    })
}

use app::ApiKey;
use ledger::ApiKeyId;
use rusqlite::{Connection, Row};

use super::{ReadError, column, column::scopes};

macro_rules! api_key_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, scopes, created_ms, revoked_ms FROM api_key ",
            $rest
        )
    };
}

/// All keys, revoked ones too, oldest first.
pub(crate) fn api_key_list(db: &Connection) -> Result<Vec<ApiKey>, ReadError> {
    db.prepare_cached(api_key_sql!("ORDER BY id"))?
        .query_and_then([], api_key_row)?
        .collect()
}

pub(crate) fn api_key_by_hash(
    db: &Connection,
    hash: &[u8; 32],
) -> Result<Option<ApiKey>, ReadError> {
    db.prepare_cached(api_key_sql!("WHERE hash = ?1"))?
        .query_and_then([hash.as_slice()], api_key_row)?
        .next()
        .transpose()
}

pub(crate) fn api_key_fetch(db: &Connection, id: ApiKeyId) -> Result<Option<ApiKey>, ReadError> {
    db.prepare_cached(api_key_sql!("WHERE id = ?1"))?
        .query_and_then([id.get()], api_key_row)?
        .next()
        .transpose()
}

fn api_key_row(row: &Row<'_>) -> Result<ApiKey, ReadError> {
    Ok(ApiKey {
        id: column(row, 0)?,
        name: row.get(1)?,
        scopes: scopes(row, 2)?,
        created_ms: row.get(3)?,
        revoked_ms: row.get(4)?,
    })
}

use app::{ApiKey, ChangeRefusal, NewApiKey};
use ledger::ApiKeyId;
use rusqlite::{Connection, params};

use super::{Making, Stop, refuse_if, unknown};
use crate::read::{ReadError, api_key_fetch, number};

/// A revoked key keeps its name: it stands in the origins of what it did.
pub(super) fn create(making: &mut Making<'_>, new: &NewApiKey) -> Result<ApiKey, Stop> {
    let db = making.db;
    refuse_if(
        there_is(db, new)?,
        ChangeRefusal::Exists { what: "API key" },
    )?;
    let id: ApiKeyId = number((making.ids)())?;
    let scopes = serde_json::to_string(&new.scopes)
        .map_err(|_| ReadError::Damaged("an API key's scopes are not writable".into()))?;
    db.prepare_cached(
        "INSERT INTO api_key (id, name, hash, scopes, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        id.get(),
        new.name,
        new.hash.as_slice(),
        scopes,
        making.now_ms
    ])?;
    Ok(ApiKey {
        id,
        name: new.name.clone(),
        scopes: new.scopes.clone(),
        created_ms: making.now_ms,
        revoked_ms: None,
    })
}

fn there_is(db: &Connection, new: &NewApiKey) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM api_key WHERE name = ?1 OR hash = ?2")?
        .exists(params![new.name, new.hash.as_slice()])
}

/// A key that was revoked before keeps its time.
pub(super) fn revoke(making: &Making<'_>, id: ApiKeyId) -> Result<ApiKey, Stop> {
    let db = making.db;
    api_key_fetch(db, id)?.ok_or_else(|| unknown("API key"))?;
    db.prepare_cached("UPDATE api_key SET revoked_ms = coalesce(revoked_ms, ?2) WHERE id = ?1")?
        .execute((id.get(), making.now_ms))?;
    api_key_fetch(db, id)?.ok_or_else(|| unknown("API key"))
}

use crate::client::GenericClient;
use app::{ApiKey, ChangeRefusal, NewApiKey};
use ledger::ApiKeyId;

use super::{Making, Stop, refuse_if, unknown};
use crate::{
    error::{Sql, SqlError},
    read::{api_key_fetch, execute, there_is_a},
};

/// A revoked key keeps its name: it stands in the origins of what it did.
pub(super) async fn create<D: GenericClient>(
    making: &Making<'_, D>,
    new: &NewApiKey,
) -> Result<ApiKey, Stop> {
    let db = making.db;
    refuse_if(
        there_is(db, new).await?,
        ChangeRefusal::Exists { what: "API key" },
    )?;
    let id: ApiKeyId = making.id()?;
    let scopes = serde_json::to_string(&new.scopes)
        .map_err(|_| SqlError::Damaged("an API key's scopes are not writable".into()))?;
    execute(
        db,
        "INSERT INTO api_key (id, name, hash, scopes, created_ms) VALUES ($1, $2, $3, $4, $5)",
        &[
            &id.get(),
            &new.name,
            &new.hash.as_slice(),
            &scopes,
            &making.now_ms,
        ],
    )
    .await?;
    Ok(ApiKey {
        id,
        name: new.name.clone(),
        scopes: new.scopes.clone(),
        created_ms: making.now_ms,
        revoked_ms: None,
    })
}

async fn there_is(db: &impl GenericClient, new: &NewApiKey) -> Sql<bool> {
    let sql = "SELECT 1 FROM api_key WHERE name = $1 OR hash = $2";
    there_is_a(db, sql, &[&new.name, &new.hash.as_slice()]).await
}

/// A key that was revoked before keeps its time.
pub(super) async fn revoke<D: GenericClient>(
    making: &Making<'_, D>,
    id: ApiKeyId,
) -> Result<ApiKey, Stop> {
    let db = making.db;
    execute(
        db,
        "UPDATE api_key SET revoked_ms = coalesce(revoked_ms, $2) WHERE id = $1",
        &[&id.get(), &making.now_ms],
    )
    .await?;
    api_key_fetch(db, id)
        .await?
        .ok_or_else(|| unknown("API key"))
}

use crate::client::GenericClient;
use app::{ChangeRefusal, WebhookRecord};
use ledger::{CurrencyId, WebhookId};

use super::{Making, Stop, refuse_if, unknown};
use crate::{
    error::{Sql, SqlError},
    read::{currency_fetch, execute, row_opt, there_is_a},
};

/// A new webhook hears of what happens from now on.
pub(super) async fn create<D: GenericClient>(
    making: &Making<'_, D>,
    url: &str,
    secret: &str,
    currency: Option<CurrencyId>,
) -> Result<WebhookRecord, Stop> {
    let db = making.db;
    if let Some(currency) = currency {
        let known = currency_fetch(db, currency).await?;
        known.ok_or_else(|| unknown("currency"))?;
    }
    refuse_if(
        there_is(db, url, currency).await?,
        ChangeRefusal::Exists { what: "webhook" },
    )?;
    let id: WebhookId = making.id()?;
    let cursor = row_opt(
        db,
        "INSERT INTO webhook (id, url, secret, currency, cursor, failures, retry_ms) \
         SELECT $1, $2, $3, $4, last_transfer, 0, 0 FROM journal WHERE shard_key = 0 RETURNING cursor",
        &[&id.get(), &url, &secret, &currency.map(CurrencyId::get)],
        |row| Ok(row.try_get(0)?),
    )
    .await?;
    let cursor = cursor.ok_or_else(|| SqlError::Damaged("the journal has no head".into()))?;
    Ok(WebhookRecord {
        id,
        url: url.to_owned(),
        secret: secret.to_owned(),
        currency,
        cursor,
        failures: 0,
        retry_ms: 0,
    })
}

async fn there_is(db: &impl GenericClient, url: &str, currency: Option<CurrencyId>) -> Sql<bool> {
    let sql = "SELECT 1 FROM webhook WHERE url = $1 AND currency IS NOT DISTINCT FROM $2";
    there_is_a(db, sql, &[&url, &currency.map(CurrencyId::get)]).await
}

pub(super) async fn remove(db: &impl GenericClient, id: WebhookId) -> Result<(), Stop> {
    let sql = "DELETE FROM webhook WHERE id = $1";
    match execute(db, sql, &[&id.get()]).await? {
        0 => Err(unknown("webhook")),
        _ => Ok(()),
    }
}

/// How far a webhook's delivery has come; nothing when it was removed meanwhile.
pub(crate) async fn webhook_moved(db: &impl GenericClient, webhook: &WebhookRecord) -> Sql<()> {
    execute(
        db,
        "UPDATE webhook SET cursor = $2, failures = $3, retry_ms = $4 WHERE id = $1",
        &[
            &webhook.id.get(),
            &webhook.cursor,
            &i64::from(webhook.failures),
            &webhook.retry_ms,
        ],
    )
    .await?;
    Ok(())
}

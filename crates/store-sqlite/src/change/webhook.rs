use app::{ChangeRefusal, WebhookRecord};
use ledger::{CurrencyId, WebhookId};
use rusqlite::{Connection, params};

use super::{Making, Stop, refuse_if, unknown};
use crate::read::{ReadError, currency_ref, number, transfer_last, webhook_fetch};

/// A new webhook hears of what happens from now on.
pub(super) fn create(
    making: &mut Making<'_>,
    url: &str,
    secret: &str,
    currency: Option<CurrencyId>,
) -> Result<WebhookRecord, Stop> {
    let db = making.db;
    let known = currency
        .map(|currency| currency_ref(db, currency)?.ok_or_else(|| unknown("currency")))
        .transpose()?;
    refuse_if(
        there_is(db, url, known)?,
        ChangeRefusal::Exists { what: "webhook" },
    )?;
    let id: WebhookId = number((making.ids)())?;
    let (cursor, _) = transfer_last(db)?;
    db.prepare_cached("INSERT INTO webhook (id, url, secret, currency, cursor, failures, retry_ms) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)")?
        .execute(params![id.get(), url, secret, known, cursor])?;
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

fn there_is(db: &Connection, url: &str, currency: Option<i64>) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM webhook WHERE url = ?1 AND currency IS ?2")?
        .exists(params![url, currency])
}

pub(super) fn remove(db: &Connection, id: WebhookId) -> Result<(), Stop> {
    webhook_fetch(db, id)?.ok_or_else(|| unknown("webhook"))?;
    db.prepare_cached("DELETE FROM webhook WHERE id = ?1")?
        .execute([id.get()])?;
    Ok(())
}

/// How far a webhook's delivery has come; nothing when it was removed meanwhile.
pub(crate) fn webhook_moved(db: &Connection, webhook: &WebhookRecord) -> Result<(), ReadError> {
    db.prepare_cached(
        "UPDATE webhook SET cursor = ?2, failures = ?3, retry_ms = ?4 WHERE id = ?1",
    )?
    .execute(params![
        webhook.id.get(),
        webhook.cursor,
        webhook.failures,
        webhook.retry_ms
    ])?;
    Ok(())
}

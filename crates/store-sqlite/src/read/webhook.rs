use app::WebhookRecord;
use ledger::WebhookId;
use rusqlite::{Connection, Row};

use super::{
    ReadError, column,
    column::{column_opt, count},
};

macro_rules! webhook_sql {
    ($rest:literal) => {
        concat!(
            "SELECT w.id, w.url, w.secret, c.id, w.cursor, w.failures, w.retry_ms \
             FROM webhook w LEFT JOIN currency c ON c.ref = w.currency ",
            $rest
        )
    };
}

/// All webhooks, oldest first.
pub(crate) fn webhook_list(db: &Connection) -> Result<Vec<WebhookRecord>, ReadError> {
    db.prepare_cached(webhook_sql!("ORDER BY w.id"))?
        .query_and_then([], webhook_row)?
        .collect()
}

pub(crate) fn webhook_fetch(
    db: &Connection,
    id: WebhookId,
) -> Result<Option<WebhookRecord>, ReadError> {
    db.prepare_cached(webhook_sql!("WHERE w.id = ?1"))?
        .query_and_then([id.get()], webhook_row)?
        .next()
        .transpose()
}

fn webhook_row(row: &Row<'_>) -> Result<WebhookRecord, ReadError> {
    Ok(WebhookRecord {
        id: column(row, 0)?,
        url: row.get(1)?,
        secret: row.get(2)?,
        currency: column_opt(row, 3)?,
        cursor: row.get(4)?,
        failures: count(row, 5)?,
        retry_ms: row.get(6)?,
    })
}

use crate::client::GenericClient;
use app::WebhookRecord;
use ledger::WebhookId;
use tokio_postgres::Row;

use super::{
    column,
    column::{column_opt, count},
    row_opt, rows,
};
use crate::error::Sql;

macro_rules! webhook_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, url, secret, currency, cursor, failures, retry_ms FROM webhook ",
            $rest
        )
    };
}

/// All webhooks, oldest first.
pub(crate) async fn webhook_list(db: &impl GenericClient) -> Sql<Vec<WebhookRecord>> {
    rows(db, webhook_sql!("ORDER BY id"), &[], webhook_row).await
}

pub(crate) async fn webhook_fetch(
    db: &impl GenericClient,
    id: WebhookId,
) -> Sql<Option<WebhookRecord>> {
    row_opt(db, webhook_sql!("WHERE id = $1"), &[&id.get()], webhook_row).await
}

fn webhook_row(row: &Row) -> Sql<WebhookRecord> {
    Ok(WebhookRecord {
        id: column(row, 0)?,
        url: row.try_get(1)?,
        secret: row.try_get(2)?,
        currency: column_opt(row, 3)?,
        cursor: row.try_get(4)?,
        failures: count(row, 5)?,
        retry_ms: row.try_get(6)?,
    })
}

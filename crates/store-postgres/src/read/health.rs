use app::Health;

use super::{column::count, memo_fetch, row_opt};
use crate::{client::GenericClient, error::Sql};

/// Two statements, at one point of the ledger: what the database knows of its own health.
pub(crate) async fn health_fetch(
    db: &impl GenericClient,
    known: &Health,
    last_backup: &str,
) -> Sql<Health> {
    let memo = memo_fetch(db, last_backup).await?;
    let found = row_opt(
        db,
        "SELECT j.sequence, pg_database_size(current_database()), work.jobs, work.oldest \
         FROM journal j, (SELECT count(*) AS jobs, min(run_at_ms) AS oldest FROM job) work WHERE j.shard_key = 0",
        &[],
        |row| {
            Ok(Health {
                sequence: count(row, 0)?,
                bytes: count(row, 1)?,
                jobs: count(row, 2)?,
                oldest_job_ms: row.try_get(3)?,
                ..known.clone()
            })
        },
    )
    .await?;
    Ok(Health {
        last_backup_ms: memo.and_then(|value| value.as_i64()),
        ..found.unwrap_or_else(|| known.clone())
    })
}

use crate::client::GenericClient;
use app::{Job, JobRetry, NewJob};
use ledger::JobId;
use serde_json::Value;

use crate::{
    error::Sql,
    node::Ids,
    read::{execute, job_row, row_opt},
};

/// Adds a job, unless one of its kind and name is there.
pub(crate) async fn job_add(
    db: &impl GenericClient,
    ids: &Ids,
    job: &NewJob,
    now_ms: i64,
) -> Sql<()> {
    execute(
        db,
        "INSERT INTO job (id, kind, name, payload, attempts, lease, leased_until_ms, run_at_ms) VALUES ($1, $2, $3, $4, 0, 0, 0, $5) \
         ON CONFLICT (kind, name) DO NOTHING",
        &[
            &ids.next(now_ms)?,
            &job.kind,
            &job.name,
            &job.payload.to_string(),
            &job.run_at_ms,
        ],
    )
    .await?;
    Ok(())
}

/// The job of these kinds that is due the longest and not leased, now leased for so long. Several processes that ask at once get different
/// ones, and none waits for another.
pub(crate) async fn job_claim(
    db: &impl GenericClient,
    kinds: &[String],
    lease_ms: i64,
    now_ms: i64,
) -> Sql<Option<Job>> {
    row_opt(
        db,
        "WITH due AS MATERIALIZED (SELECT id, attempts FROM job WHERE run_at_ms <= $2 AND leased_until_ms <= $2 AND kind = ANY ($1) \
            ORDER BY run_at_ms, id LIMIT 1 FOR UPDATE SKIP LOCKED) \
         UPDATE job j SET attempts = j.attempts + 1, lease = j.lease + 1, leased_until_ms = $3 FROM due WHERE j.id = due.id \
         RETURNING j.id, j.kind, j.name, j.payload, due.attempts, j.lease, j.run_at_ms, j.error",
        &[&kinds, &now_ms, &now_ms.saturating_add(lease_ms)],
        job_row,
    )
    .await
}

/// Extends the lease and keeps what was done so far; false when another has taken the job.
pub(crate) async fn job_progress(
    db: &impl GenericClient,
    id: JobId,
    lease: i64,
    payload: &Value,
    lease_ms: i64,
    now_ms: i64,
) -> Sql<bool> {
    let changed = execute(
        db,
        "UPDATE job SET payload = $3, leased_until_ms = $4 WHERE id = $1 AND lease = $2",
        &[
            &id.get(),
            &lease,
            &payload.to_string(),
            &now_ms.saturating_add(lease_ms),
        ],
    )
    .await?;
    Ok(changed == 1)
}

pub(crate) async fn job_done(db: &impl GenericClient, id: JobId, lease: i64) -> Sql<bool> {
    let sql = "DELETE FROM job WHERE id = $1 AND lease = $2";
    Ok(execute(db, sql, &[&id.get(), &lease]).await? == 1)
}

/// Gives the lease back: the job runs again at its new time.
pub(crate) async fn job_retry(
    db: &impl GenericClient,
    id: JobId,
    lease: i64,
    retry: &JobRetry,
) -> Sql<bool> {
    let changed = execute(
        db,
        "UPDATE job SET run_at_ms = $3, error = $4, payload = coalesce($5, payload), leased_until_ms = 0 WHERE id = $1 AND lease = $2",
        &[
            &id.get(),
            &lease,
            &retry.run_at_ms,
            &retry.error,
            &retry.payload.as_ref().map(Value::to_string),
        ],
    )
    .await?;
    Ok(changed == 1)
}

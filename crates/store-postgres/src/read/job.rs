use crate::client::GenericClient;
use app::Job;
use ledger::IdSequence;
use tokio_postgres::Row;

use super::{
    column,
    column::{count, json},
    rows,
};
use crate::error::Sql;

/// All waiting and running jobs, oldest first.
pub(crate) async fn job_list(db: &impl GenericClient) -> Sql<Vec<Job>> {
    rows(
        db,
        "SELECT id, kind, name, payload, attempts, lease, run_at_ms, error FROM job ORDER BY id",
        &[],
        job_row,
    )
    .await
}

/// Reads id, kind, name, payload, attempts, lease, run_at_ms and error.
pub(crate) fn job_row(row: &Row) -> Sql<Job> {
    Ok(Job {
        id: column(row, 0)?,
        kind: row.try_get(1)?,
        name: row.try_get(2)?,
        payload: json(row, 3)?,
        attempts: count(row, 4)?,
        lease: row.try_get(5)?,
        created_ms: IdSequence::time_ms(row.try_get(0)?),
        run_at_ms: row.try_get(6)?,
        error: row.try_get(7)?,
    })
}

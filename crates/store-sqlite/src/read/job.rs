use app::Job;
use ledger::IdSequence;
use rusqlite::{Connection, Row};

use super::{
    ReadError, column,
    column::{count, json},
};

/// All waiting and running jobs, oldest first.
pub(crate) fn job_list(db: &Connection) -> Result<Vec<Job>, ReadError> {
    db.prepare_cached(
        "SELECT id, kind, name, payload, attempts, lease, run_at_ms, error FROM job ORDER BY id",
    )?
    .query_and_then([], job_row)?
    .collect()
}

/// Reads id, kind, name, payload, attempts, lease, run_at_ms and error.
pub(crate) fn job_row(row: &Row<'_>) -> Result<Job, ReadError> {
    Ok(Job {
        id: column(row, 0)?,
        kind: row.get(1)?,
        name: row.get(2)?,
        payload: json(row, 3)?,
        attempts: count(row, 4)?,
        lease: row.get(5)?,
        created_ms: IdSequence::time_ms(row.get(0)?),
        run_at_ms: row.get(6)?,
        error: row.get(7)?,
    })
}

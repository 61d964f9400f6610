use app::{Job, JobRetry, NewJob};
use ledger::JobId;
use rusqlite::{Connection, params};
use serde_json::Value;

use super::Ids;
use crate::read::{ReadError, job_row};

/// Adds a job, unless one of its kind and name is there.
pub(crate) fn job_add(db: &Connection, job: &NewJob, ids: &mut Ids<'_>) -> Result<(), ReadError> {
    db.prepare_cached(
        "INSERT INTO job (id, kind, name, payload, attempts, lease, leased_until_ms, run_at_ms) VALUES (?1, ?2, ?3, ?4, 0, 0, 0, ?5) \
         ON CONFLICT (kind, name) DO NOTHING",
    )?
    .execute(params![ids(), job.kind, job.name, job.payload.to_string(), job.run_at_ms])?;
    Ok(())
}

/// The job of these kinds that is due the longest and not leased, now leased for so long.
pub(crate) fn job_claim(
    db: &Connection,
    kinds: &[String],
    lease_ms: i64,
    now_ms: i64,
) -> Result<Option<Job>, ReadError> {
    let Some(job) = job_due(db, kinds, now_ms)? else {
        return Ok(None);
    };
    let lease = job.lease.saturating_add(1);
    db.prepare_cached(
        "UPDATE job SET attempts = attempts + 1, lease = ?2, leased_until_ms = ?3 WHERE id = ?1",
    )?
    .execute((job.id.get(), lease, now_ms.saturating_add(lease_ms)))?;
    Ok(Some(Job { lease, ..job }))
}

fn job_due(db: &Connection, kinds: &[String], now_ms: i64) -> Result<Option<Job>, ReadError> {
    let mut statement = db.prepare_cached(
        "SELECT id, kind, name, payload, attempts, lease, run_at_ms, error FROM job \
         WHERE run_at_ms <= ?1 AND leased_until_ms <= ?1 ORDER BY run_at_ms, id",
    )?;
    let mut rows = statement.query([now_ms])?;
    while let Some(row) = rows.next()? {
        let kind: String = row.get(1)?;
        if kinds.contains(&kind) {
            return job_row(row).map(Some);
        }
    }
    Ok(None)
}

/// Extends the lease and keeps what was done so far; false when another has taken the job.
pub(crate) fn job_progress(
    db: &Connection,
    id: JobId,
    lease: i64,
    payload: &Value,
    lease_ms: i64,
    now_ms: i64,
) -> Result<bool, ReadError> {
    let changed = db
        .prepare_cached(
            "UPDATE job SET payload = ?3, leased_until_ms = ?4 WHERE id = ?1 AND lease = ?2",
        )?
        .execute(params![
            id.get(),
            lease,
            payload.to_string(),
            now_ms.saturating_add(lease_ms)
        ])?;
    Ok(changed == 1)
}

pub(crate) fn job_done(db: &Connection, id: JobId, lease: i64) -> Result<bool, ReadError> {
    let changed = db
        .prepare_cached("DELETE FROM job WHERE id = ?1 AND lease = ?2")?
        .execute((id.get(), lease))?;
    Ok(changed == 1)
}

/// Gives the lease back: the job runs again at its new time.
pub(crate) fn job_retry(
    db: &Connection,
    id: JobId,
    lease: i64,
    retry: &JobRetry,
) -> Result<bool, ReadError> {
    let changed = db
        .prepare_cached(
            "UPDATE job SET run_at_ms = ?3, error = ?4, payload = coalesce(?5, payload), leased_until_ms = 0 WHERE id = ?1 AND lease = ?2",
        )?
        .execute(params![
            id.get(),
            lease,
            retry.run_at_ms,
            retry.error,
            retry.payload.as_ref().map(Value::to_string)
        ])?;
    Ok(changed == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{job_list, world::World};
    use serde_json::json;

    fn job(kind: &str, name: &str, run_at_ms: i64) -> NewJob {
        NewJob {
            kind: kind.into(),
            name: name.into(),
            payload: json!({"at": 0}),
            run_at_ms,
        }
    }

    fn with_jobs() -> World {
        let mut world = World::new();
        let mut ids = world.ids();
        for new in [
            job("mail", "late", 20),
            job("mail", "soon", 10),
            job("members", "77", 5),
            job("mail", "soon", 0),
        ] {
            job_add(&world.db, &new, &mut ids).unwrap();
        }
        world
    }

    fn claim(world: &World, kind: &str, now_ms: i64) -> Option<Job> {
        job_claim(&world.db, &[kind.to_owned()], 100, now_ms).unwrap()
    }

    #[test]
    fn jobs_are_claimed_when_due_by_one_at_a_time() {
        let world = with_jobs();
        assert_eq!(job_list(&world.db).unwrap().len(), 3);
        assert_eq!(claim(&world, "mail", 9), None);
        let first = claim(&world, "mail", 30).unwrap();
        assert_eq!(
            (first.name.as_str(), first.attempts, first.lease),
            ("soon", 0, 1)
        );
        assert_eq!(claim(&world, "mail", 30).unwrap().name, "late");
        assert_eq!(claim(&world, "mail", 129), None);
        assert_eq!(claim(&world, "other", 129), None);
        let again = claim(&world, "mail", 130).unwrap();
        assert_eq!((again.id, again.attempts, again.lease), (first.id, 1, 2));
    }

    #[test]
    fn only_the_newest_lease_goes_on() {
        let world = with_jobs();
        let old = claim(&world, "members", 5).unwrap();
        assert!(job_progress(&world.db, old.id, old.lease, &json!({"at": 1}), 100, 50).unwrap());
        assert_eq!(claim(&world, "members", 149), None);
        let new = claim(&world, "members", 150).unwrap();
        assert_eq!(new.payload, json!({"at": 1}));
        let retry = JobRetry {
            run_at_ms: 500,
            error: "busy".into(),
            payload: None,
        };
        assert!(!job_progress(&world.db, old.id, old.lease, &json!({}), 100, 150).unwrap());
        assert!(!job_retry(&world.db, old.id, old.lease, &retry).unwrap());
        assert!(!job_done(&world.db, old.id, old.lease).unwrap());
        assert!(job_retry(&world.db, new.id, new.lease, &retry).unwrap());
        assert_eq!(claim(&world, "members", 499), None);
        let last = claim(&world, "members", 500).unwrap();
        assert_eq!(
            (last.error.as_deref(), last.attempts, last.payload),
            (Some("busy"), 2, json!({"at": 1}))
        );
        assert!(job_done(&world.db, last.id, last.lease).unwrap());
        assert!(!job_done(&world.db, last.id, last.lease).unwrap());
        assert_eq!(job_list(&world.db).unwrap().len(), 2);
    }
}

//! Ids that no other process gives: each leases a number from the database, by the database's clock.

use std::sync::Mutex;
use std::time::Duration;

use crate::client::GenericClient;
use ledger::{IdSequence, NodeNumber};
use tokio::time::Instant;

use crate::error::{Sql, SqlError};

/// How long a number is leased.
const LEASE: Duration = Duration::from_secs(60);
/// How long before its end a process stops to use it: clocks run differently, and a renewal may be slow.
const MARGIN: Duration = Duration::from_secs(15);
/// How often it is renewed.
pub(crate) const RENEW: Duration = Duration::from_secs(10);

/// Gives out ids while its number is leased.
#[derive(Debug)]
pub(crate) struct Ids(Mutex<Leased>);

#[derive(Debug)]
struct Leased {
    number: i16,
    owner: String,
    ids: IdSequence,
    last: i64,
    good_until: Instant,
}

impl Ids {
    /// Leases a number that nobody has: one never used if there is, else the one that has been free for longest.
    pub(crate) async fn lease(db: &impl GenericClient, owner: String) -> Sql<Self> {
        // Counted from before the question: what the database calls sixty seconds ends later than that.
        let asked = Instant::now();
        let row = db
            .query_opt(
                "INSERT INTO node AS n (number, owner, leased_until, last_id)
                 SELECT free.number, $1, now() + make_interval(secs => $2), 0 FROM (
                    SELECT s.number::smallint, w.leased_until FROM generate_series(0, 1023) AS s (number) LEFT JOIN node w ON w.number = s.number
                    WHERE w.number IS NULL OR w.leased_until < now() ORDER BY w.leased_until NULLS FIRST, s.number LIMIT 1) AS free
                 ON CONFLICT (number) DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until WHERE n.leased_until < now()
                 RETURNING number, last_id",
                &[&owner, &LEASE.as_secs_f64()],
            )
            .await?;
        // Two processes wanted the same number at once: whoever came second tries again.
        let row = row.ok_or(SqlError::Busy)?;
        let (number, last): (i16, i64) = (row.get(0), row.get(1));
        let node = NodeNumber::new(number.unsigned_abs())
            .map_err(|_| SqlError::Damaged("a node's number".into()))?;
        tracing::info!(number, "this process numbers its ids with");
        Ok(Self(Mutex::new(Leased {
            number,
            owner,
            ids: IdSequence::after(node, last),
            last,
            good_until: asked + LEASE - MARGIN,
        })))
    }

    /// Keeps the number. When it was lost, because this process slept for longer than the lease, another one is taken.
    pub(crate) async fn renew(&self, db: &impl GenericClient) -> Sql<()> {
        let asked = Instant::now();
        let (number, owner, last) = {
            let leased = self.locked();
            (leased.number, leased.owner.clone(), leased.last)
        };
        let kept = db
            .execute(
                "UPDATE node SET leased_until = now() + make_interval(secs => $3), last_id = greatest(last_id, $4)
                 WHERE number = $1 AND owner = $2 AND leased_until > now()",
                &[&number, &owner, &LEASE.as_secs_f64(), &last],
            )
            .await?;
        if kept == 1 {
            self.locked().good_until = asked + LEASE - MARGIN;
            return Ok(());
        }
        tracing::warn!(
            number,
            "this process lost its number for ids and takes another"
        );
        let fresh = Self::lease(db, owner).await?;
        let fresh = fresh.0.into_inner().expect("nobody else has it");
        *self.locked() = fresh;
        Ok(())
    }

    /// Gives the number back, so that the next process can have it at once.
    pub(crate) async fn release(&self, db: &impl GenericClient) -> Sql<()> {
        let (number, owner, last) = {
            let mut leased = self.locked();
            leased.good_until = Instant::now();
            (leased.number, leased.owner.clone(), leased.last)
        };
        db.execute(
            "UPDATE node SET leased_until = now(), last_id = greatest(last_id, $3) WHERE number = $1 AND owner = $2",
            &[&number, &owner, &last],
        )
        .await?;
        Ok(())
    }

    /// A new id.
    ///
    /// # Errors
    /// When the lease is over: nobody may give an id then.
    pub(crate) fn next(&self, now_ms: i64) -> Sql<i64> {
        self.take(now_ms, 1, 0)
    }

    /// The first of several consecutive ids, all greater than `after`.
    pub(crate) fn take(&self, now_ms: i64, count: u16, after: i64) -> Sql<i64> {
        let mut leased = self.locked();
        if Instant::now() >= leased.good_until {
            return Err(SqlError::Unreachable(
                "this process holds no number for ids now".into(),
            ));
        }
        leased.ids.pass(after);
        let first = leased.ids.next(now_ms, count);
        leased.last = first + i64::from(count.max(1)) - 1;
        Ok(first)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Leased> {
        self.0.lock().expect("nothing panics while it is held")
    }
}

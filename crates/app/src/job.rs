use ledger::JobId;
use serde_json::Value;

/// Work for later: done at least once, by whoever holds its lease.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// What kind of work, such as `discord.members`.
    pub kind: String,
    /// At most one waiting job of a kind has this name: a second one is not added.
    pub name: String,
    pub payload: Value,
    /// Not before this time, in milliseconds since the Unix epoch.
    pub run_at_ms: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    pub name: String,
    pub payload: Value,
    /// How often it was taken before.
    pub attempts: u32,
    /// Proof of the lease: a job taken again by another has another number, and the old one can no longer finish it.
    pub lease: i64,
    pub created_ms: i64,
    pub run_at_ms: i64,
    pub error: Option<String>,
}

/// How a job that failed goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRetry {
    pub run_at_ms: i64,
    /// Kept for the operator.
    pub error: String,
    /// What was done so far, if it moved on.
    pub payload: Option<Value>,
}

impl Job {
    /// When to try again after this many attempts: 1 s, doubled each time up to an hour.
    pub fn backoff_ms(&self) -> i64 {
        1_000_i64
            .saturating_mul(1 << self.attempts.min(12))
            .min(3_600_000)
    }
}

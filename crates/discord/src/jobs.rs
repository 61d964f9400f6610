//! Work that survives a restart: one worker for each kind, one job of a kind at a time in this process.

use std::{sync::Arc, time::Duration};

use app::{BoxFuture, Job, JobRetry, NewJob, StoreError};
use serde_json::Value;
use tokio::{sync::watch, time::timeout};

use crate::{context::Context, patience::patiently, shard::stopped};

pub(crate) const LEASE_MS: i64 = 60_000;
/// Jobs of other processes and jobs to be tried again are looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What one kind of job does. A job is done at least once: doing it again must change nothing.
pub(crate) type Run = for<'a> fn(&'a Context, &'a Job) -> BoxFuture<'a, Ended>;

/// How a job's run ended.
#[derive(Debug)]
pub(crate) enum Ended {
    Done,
    /// Another process has taken the job.
    Taken,
    /// What it waits for is not there yet: nothing failed.
    NotYet {
        after_ms: i64,
    },
    Later(Later),
}

/// A run that broke off, and goes on at another time.
#[derive(Debug)]
pub(crate) struct Later {
    pub error: String,
    /// Without it, the longer the more often it failed.
    pub after_ms: Option<i64>,
    /// What was done so far, if it moved on.
    pub payload: Option<Value>,
}

impl Ended {
    pub(crate) fn later(error: impl ToString) -> Self {
        Ended::Later(Later {
            error: error.to_string(),
            after_ms: None,
            payload: None,
        })
    }
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Ended::later(error)
    }
}

/// Asks for a job, unless one of this name is waiting already.
pub(crate) async fn add(ctx: &Context, kind: &str, name: String, payload: Value) {
    let job = NewJob {
        kind: kind.into(),
        name,
        payload,
        run_at_ms: ctx.app.clock().now_ms(),
    };
    match patiently(|| ctx.app.store().job_add(job.clone())).await {
        Ok(()) => ctx.jobs.send_modify(|added| *added = added.wrapping_add(1)),
        Err(error) => {
            tracing::error!(%error, kind, job = job.name, "cannot note down a job");
        }
    }
}

/// Keeps what was done so far; false when another process has taken the job.
pub(crate) async fn progress(ctx: &Context, job: &Job, payload: Value) -> Result<bool, StoreError> {
    let store = ctx.app.store();
    store
        .job_progress(job.id, job.lease, payload, LEASE_MS)
        .await
}

/// Does the jobs of a kind, one after the other, until the program stops.
pub(crate) async fn work(
    ctx: Arc<Context>,
    kind: &'static str,
    run: Run,
    mut stop: watch::Receiver<bool>,
) {
    let mut added = ctx.jobs.subscribe();
    while !*stop.borrow() {
        added.mark_unchanged();
        match ctx.app.store().job_claim(vec![kind.into()], LEASE_MS).await {
            Ok(Some(job)) => tokio::select! {
                ended = run(&ctx, &job) => keep(&ctx, &job, ended).await,
                () = stopped(&mut stop) => give_back(&ctx, &job).await,
            },
            Ok(None) => wait(&mut added, &mut stop).await,
            Err(error) => {
                tracing::warn!(%error, kind, "cannot look for jobs");
                wait(&mut added, &mut stop).await;
            }
        }
    }
}

async fn wait(added: &mut watch::Receiver<u64>, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        // Not being woken is as good a reason to look.
        _ = timeout(LOOK_EVERY, added.changed()) => {}
        () = stopped(stop) => {}
    }
}

async fn keep(ctx: &Context, job: &Job, ended: Ended) {
    let store = ctx.app.store();
    let kept = match ended {
        Ended::Done => store.job_done(job.id, job.lease).await,
        Ended::Taken => return,
        Ended::NotYet { after_ms } => {
            let retry = JobRetry {
                run_at_ms: ctx.app.clock().now_ms().saturating_add(after_ms),
                error: "it waits".into(),
                payload: None,
            };
            store.job_retry(job.id, job.lease, retry).await
        }
        Ended::Later(later) => {
            let Later {
                error,
                after_ms,
                payload,
            } = later;
            let (kind, name) = (&job.kind, &job.name);
            tracing::warn!(kind, job = name, error, "a job broke off; it goes on later");
            let wait = after_ms.unwrap_or_else(|| job.backoff_ms());
            let retry = JobRetry {
                run_at_ms: ctx.app.clock().now_ms().saturating_add(wait),
                error,
                payload,
            };
            store.job_retry(job.id, job.lease, retry).await
        }
    };
    if let Err(error) = kept {
        tracing::warn!(%error, kind = job.kind, job = job.name, "cannot keep a job's end; its lease runs out");
    }
}

/// So that the next start need not wait for the lease to run out.
async fn give_back(ctx: &Context, job: &Job) {
    let retry = JobRetry {
        run_at_ms: ctx.app.clock().now_ms(),
        error: "the program stopped".into(),
        payload: None,
    };
    if let Err(error) = ctx.app.store().job_retry(job.id, job.lease, retry).await {
        tracing::warn!(%error, kind = job.kind, job = job.name, "cannot give a job back; its lease runs out");
    }
}

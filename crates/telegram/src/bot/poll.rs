//! Long polling. One process of all polls: Telegram ends the older of two (409).

use std::{collections::HashSet, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};

use super::{
    ApiError, Context,
    handle::handle,
    set_up::Me,
    update::{Lane, Update},
};

const LEASE: &str = "telegram-poll";
const WAIT: Duration = Duration::from_secs(25);
/// Between looks while updates that were given are still worked on.
const WHILE_AT_WORK: Duration = Duration::from_millis(250);
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Longer than any answer is repeated.
const LONGEST: Duration = Duration::from_secs(150);

pub(super) async fn run(ctx: &Arc<Context>, me: &Me) {
    loop {
        let mut lease = ctx.app.alone(LEASE).await;
        tracing::info!(bot = me.username, "polling Telegram");
        tokio::select! {
            () = lease.lost() => {}
            () = poll(ctx) => {}
        }
        lease.give_back().await;
    }
}

/// The updates that were given and not confirmed yet.
#[derive(Default)]
struct Given {
    lanes: HashSet<Lane>,
    /// Done, and not confirmed because an older one is not.
    done: HashSet<i64>,
    tasks: JoinSet<(Lane, i64, bool)>,
}

async fn poll(ctx: &Arc<Context>) {
    let mut given = Given::default();
    let mut offset = 0;
    loop {
        let wait = if given.tasks.is_empty() {
            WAIT
        } else {
            Duration::ZERO
        };
        match ctx.api.updates(offset, wait).await {
            Ok(updates) => offset = take(ctx, &mut given, offset, &updates).await,
            Err(error) => after(ctx, error).await,
        }
    }
}

/// Begins what can begin, and gives the number that the next request confirms up to: of the oldest update that is not done.
async fn take(ctx: &Arc<Context>, given: &mut Given, offset: i64, updates: &[Value]) -> i64 {
    let read = updates.iter().filter_map(Update::read);
    let updates: Vec<Update> = read.collect();
    let ids: Vec<i64> = updates.iter().map(|update| update.id).collect();
    given.done.retain(|id| ids.contains(id));
    // Of a person's updates the second waits with Telegram until the first is done.
    let mut waiting = HashSet::new();
    for update in updates {
        let lane = update.lane();
        if given.done.contains(&update.id) || waiting.contains(&lane) {
            continue;
        }
        if !given.lanes.insert(lane) {
            continue;
        }
        waiting.insert(lane);
        let ctx = Arc::clone(ctx);
        given
            .tasks
            .spawn(async move { (lane, update.id, worked(&ctx, &update).await) });
    }
    let end = tokio::time::timeout(WHILE_AT_WORK, given.tasks.join_next()).await;
    let mut ended = end.ok().flatten();
    while let Some(task) = ended {
        if let Ok((lane, id, done)) = task {
            given.lanes.remove(&lane);
            if done {
                given.done.insert(id);
            }
        }
        ended = given.tasks.try_join_next();
    }
    next_offset(offset, &ids, &given.done)
}

fn next_offset(offset: i64, ids: &[i64], done: &HashSet<i64>) -> i64 {
    let open = ids.iter().filter(|id| !done.contains(id)).min();
    match (open, ids.iter().max()) {
        (Some(open), _) => *open,
        (None, Some(last)) => last.saturating_add(1),
        (None, None) => offset,
    }
}

/// Whether it need not come again.
async fn worked(ctx: &Context, update: &Update) -> bool {
    let work = AssertUnwindSafe(handle(ctx, update)).catch_unwind();
    match tokio::time::timeout(LONGEST, work).await {
        Ok(Ok(Ok(()))) => true,
        Ok(Ok(Err(error))) => {
            tracing::error!(%error, update = update.id, "an update is done again");
            sleep(AFTER_FAILURE).await;
            false
        }
        // One update must not stop all that follow; only Stars that were paid are worth it.
        Ok(Err(_)) => {
            tracing::error!(update = update.id, "an update made the bot panic");
            sleep(AFTER_FAILURE).await;
            !update.is_payment()
        }
        Err(_) => {
            tracing::error!(update = update.id, "an update takes too long");
            !update.is_payment()
        }
    }
}

async fn after(ctx: &Context, error: ApiError) {
    tracing::warn!(%error, "no updates from Telegram");
    match error {
        ApiError::Busy { wait, .. } => sleep(wait).await,
        ref conflict if conflict.code() == Some(409) => {
            if conflict.says("webhook") {
                // An earlier configuration's. What waits stays.
                let forget = json!({ "drop_pending_updates": false });
                super::handle::quietly(ctx.api.call::<Value>("deleteWebhook", forget).await);
            } else {
                sleep(AFTER_FAILURE).await;
            }
        }
        _ => sleep(AFTER_FAILURE).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_done_is_not_confirmed() {
        let check = |ids: &[i64], done: &[i64], expect: i64| {
            let done = done.iter().copied().collect();
            assert_eq!(next_offset(5, ids, &done), expect, "{ids:?}, {done:?} done");
        };
        check(&[], &[], 5);
        check(&[7, 8], &[], 7);
        check(&[7, 8, 9], &[8], 7);
        check(&[7, 8, 9], &[7, 9], 8);
        check(&[7, 8, 9], &[7, 8, 9], 10);
    }
}

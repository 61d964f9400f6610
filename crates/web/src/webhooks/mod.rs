//! Telling others of every transaction: at least once, in order, signed (Standard Webhooks), and to no private address.

mod address;
mod delivery;
mod signature;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use app::{App, StoreError, WebhookRecord};
use ledger::WebhookId;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

pub use address::{Reach, UrlRefused, checked_url};
use delivery::Deliverer;

/// Follows the journal for every webhook until it is told to stop. Of all processes that have the ledger open one does; when it ends, another.
///
/// # Errors
/// When the TLS settings that it connects with cannot be made.
pub async fn run(app: App, reach: Reach, stop: CancellationToken) -> Result<(), reqwest::Error> {
    let courier = Courier {
        deliverer: Deliverer::new(app.clone(), reach)?,
        app,
        stop,
    };
    courier.run().await;
    Ok(())
}

struct Courier {
    app: App,
    deliverer: Deliverer,
    stop: CancellationToken,
}

impl Courier {
    /// New webhooks, and those whose time to retry has come, are found this often at the latest.
    const LOOK: Duration = Duration::from_secs(1);

    /// What only one process does at a time.
    const LEASE: &str = "webhooks";

    async fn run(&self) {
        loop {
            let mut lease = tokio::select! {
                () = self.stop.cancelled() => return,
                lease = self.app.alone(Self::LEASE) => lease,
            };
            tokio::select! {
                () = lease.lost() => {}
                () = self.deliver() => {
                    lease.give_back().await;
                    return;
                }
            }
        }
    }

    /// Until told to stop.
    async fn deliver(&self) {
        let mut committed = self.app.store().committed();
        let mut under_way = JoinSet::new();
        let mut busy = HashSet::new();
        // What was delivered up to there and nothing after it: asked again only when something was committed.
        let mut idle_at = HashMap::new();
        loop {
            let newest = *committed.borrow_and_update();
            for webhook in self.due(&busy, &idle_at, newest).await {
                let id = webhook.id;
                busy.insert(id);
                let deliverer = self.deliverer.clone();
                under_way.spawn(async move { (id, newest, deliverer.deliver(webhook).await) });
            }
            tokio::select! {
                () = self.stop.cancelled() => break,
                changed = committed.changed() => if changed.is_err() { break },
                Some(done) = under_way.join_next() => {
                    if let Ok((id, newest, whole)) = done {
                        busy.remove(&id);
                        if whole { idle_at.insert(id, newest); } else { idle_at.remove(&id); }
                    } else {
                        // A delivery that panicked: look at all of them again.
                        tracing::error!("a webhook's delivery panicked");
                        under_way.abort_all();
                        busy.clear();
                    }
                }
                () = sleep(Self::LOOK) => {}
            }
        }
        under_way.shutdown().await;
    }

    async fn due(
        &self,
        busy: &HashSet<WebhookId>,
        idle_at: &HashMap<WebhookId, i64>,
        newest: i64,
    ) -> Vec<WebhookRecord> {
        let now_ms = self.app.clock().now_ms();
        let webhooks: Result<_, StoreError> = self.app.store().webhooks().await;
        let mut webhooks = webhooks.unwrap_or_else(|error| {
            tracing::warn!("the webhooks could not be read: {error}");
            Vec::new()
        });
        webhooks.retain(|webhook| {
            let idle = idle_at.get(&webhook.id).is_some_and(|at| *at >= newest);
            !idle && !busy.contains(&webhook.id) && webhook.retry_ms <= now_ms
        });
        webhooks
    }
}

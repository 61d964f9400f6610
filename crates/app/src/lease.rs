//! What one process does alone, of all that have one ledger open.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::{App, StoreError, random_bytes};

/// How long a process that was killed keeps others waiting.
const LEASED: Duration = Duration::from_secs(12);
/// How long before its end whoever has it stops: clocks run differently, and work takes a moment to end.
const MARGIN: Duration = Duration::from_secs(3);
/// How often it is extended.
const EXTEND: Duration = Duration::from_secs(3);
/// How often those who wait for it look.
const LOOK: Duration = Duration::from_secs(1);

/// Held as long as [`Lease::lost`] is awaited. Whoever drops it without giving it back makes the next one wait until it is over.
#[derive(Debug)]
pub struct Lease {
    app: App,
    name: String,
    fence: i64,
    good_until: Instant,
}

impl App {
    /// Waits until no other process does what this names. In this process only one part may ask for it.
    pub async fn alone(&self, name: &str) -> Lease {
        loop {
            // Counted from before the question: what the store calls its end comes later.
            let asked = Instant::now();
            match take(self, name).await {
                Ok(Some(fence)) => {
                    return Lease {
                        app: self.clone(),
                        name: name.to_owned(),
                        fence,
                        good_until: asked + LEASED - MARGIN,
                    };
                }
                Ok(None) => {}
                Err(error) => tracing::debug!(%error, name, "a lease cannot be taken now"),
            }
            sleep(LOOK).await;
        }
    }
}

/// A name that no other process has.
pub(crate) fn owner() -> String {
    let bytes = random_bytes::<16>();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn take(app: &App, name: &str) -> Result<Option<i64>, StoreError> {
    let for_ms = i64::try_from(LEASED.as_millis()).expect("some seconds");
    let lease = app
        .store()
        .lease(name.to_owned(), app.owner().to_owned(), for_ms);
    lease.await
}

impl Lease {
    /// For writes that must not be made after another process has taken over.
    pub fn fence(&self) -> crate::Fence {
        crate::Fence {
            lease: self.name.clone(),
            number: self.fence,
        }
    }

    /// Extends it until that fails: then another process has it, or may have it soon, and whoever did this alone must stop.
    pub async fn lost(&mut self) {
        loop {
            sleep(EXTEND.min(self.good_until - Instant::now())).await;
            let asked = Instant::now();
            let extended = take(&self.app, &self.name);
            match timeout_at(self.good_until, extended).await {
                Ok(Ok(Some(fence))) if fence == self.fence => {
                    self.good_until = asked + LEASED - MARGIN;
                }
                // A greater fence is a lease that was over in between.
                Ok(Ok(_)) | Err(_) => break,
                Ok(Err(error)) => {
                    tracing::debug!(%error, name = self.name, "a lease cannot be extended now");
                    if Instant::now() + LOOK >= self.good_until {
                        break;
                    }
                }
            }
        }
        tracing::warn!(name = self.name, "another process may do this now");
    }

    /// The next process need not wait.
    pub async fn give_back(self) {
        let dropped = self.app.store().lease_drop(self.name.clone(), self.fence);
        // It is over soon in any case.
        if let Err(error) = dropped.await {
            tracing::debug!(%error, name = self.name, "a lease cannot be given back now");
        }
    }
}

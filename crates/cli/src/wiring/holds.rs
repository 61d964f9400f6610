use std::time::Duration;

use app::{
    App, Asked, HoldRecord, StoreError, WriteError,
    origin::{Gate, Job},
};
use economy::HoldRelease;
use ledger::{HolderId, IdempotencyKey, Identity, KeyScope, Platform};
use tokio_util::sync::CancellationToken;

use crate::trouble::Trouble;

/// How often expired holds are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// How many are released before the clock is read again.
const CHUNK: usize = 500;

/// Gives back what holds have set aside whose time has passed.
pub(super) async fn release_expired(
    app: App,
    gate: Gate<Job>,
    stop: CancellationToken,
) -> Result<(), Trouble> {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = looks.tick() => {}
        }
        if let Err(error) = look(&app, &gate).await {
            tracing::warn!(%error, "expired holds are not released now; trying again");
        }
    }
}

async fn look(app: &App, gate: &Gate<Job>) -> Result<(), StoreError> {
    let expired = app
        .store()
        .holds_expired(app.clock().now_ms(), CHUNK)
        .await?;
    if expired.is_empty() {
        return Ok(());
    }
    let operator = Identity::new(Platform::Operator, "scrip").expect("a short text without spaces");
    let actor = app.holder(operator).await?;
    for hold in expired {
        match release(app, gate, actor, &hold).await {
            Ok(()) => {}
            Err(WriteError::Store(error)) => return Err(error),
            // It was captured or released meanwhile, or its holder is frozen.
            Err(refused) => tracing::info!(hold = %hold.id, %refused, "an expired hold stays"),
        }
    }
    Ok(())
}

async fn release(
    app: &App,
    gate: &Gate<Job>,
    actor: HolderId,
    hold: &HoldRecord,
) -> Result<(), WriteError> {
    let key = IdempotencyKey::new(KeyScope("job"), &format!("expired-hold:{}", hold.id));
    let entry = gate.entry("expired-holds", "scrip");
    let asked = Asked::new(&entry, actor, key).reason(Some("expired".into()));
    app.hold_release(asked, HoldRelease { hold: hold.id })
        .await
        .map(|_| ())
}

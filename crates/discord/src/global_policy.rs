//! What bounds reactions with the global group's currencies, beside each guild's own policy: anybody can open a guild, join the group,
//! and react there.

use std::sync::Mutex;

use app::StoreError;
use economy::MintPolicy;

use crate::context::Context;

const MEMO: &str = "discord.global.mint_policy";

/// Who may mint is not its business: what a role or an admin is, each guild says for itself.
pub(crate) async fn global_policy(ctx: &Context) -> Result<MintPolicy, StoreError> {
    let now_ms = ctx.app.clock().now_ms();
    if let Some(known) = ctx.global_policy.get(now_ms) {
        return Ok(known);
    }
    let stored = ctx.app.store().memo(MEMO.into()).await?;
    // What another version wrote is no reason to let everything through.
    let policy = stored
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or(MintPolicy::GLOBAL);
    ctx.global_policy.put(policy, now_ms);
    Ok(policy)
}

/// Other processes hear of it within some seconds.
pub(crate) async fn set_global_policy(ctx: &Context, policy: MintPolicy) -> Result<(), StoreError> {
    let value = serde_json::to_value(policy).expect("a policy is plain data");
    ctx.app.store().memo_set(MEMO.into(), value).await?;
    ctx.global_policy.put(policy, ctx.app.clock().now_ms());
    Ok(())
}

/// Remembered for a moment, so that a reaction does not ask the database for it.
#[derive(Debug, Default)]
pub(crate) struct KnownGlobalPolicy(Mutex<Option<(MintPolicy, i64)>>);

impl KnownGlobalPolicy {
    const GOOD_MS: i64 = 20_000;

    fn get(&self, now_ms: i64) -> Option<MintPolicy> {
        let known = *self.0.lock().ok()?;
        known
            .filter(|(_, since)| now_ms.saturating_sub(*since) < Self::GOOD_MS)
            .map(|(policy, _)| policy)
    }

    fn put(&self, policy: MintPolicy, now_ms: i64) {
        if let Ok(mut known) = self.0.lock() {
            *known = Some((policy, now_ms));
        }
    }
}

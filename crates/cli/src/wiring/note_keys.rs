use app::{App, NoteKeys};
use tokio_util::sync::CancellationToken;

use crate::{config::Config, replies, trouble::Trouble};

/// Kept in the ledger, so that every backup can verify the notes that it has.
const MEMO: &str = "notes.keys";

/// The keys that sign bank notes; made at the first start, by one of all processes that start then.
pub(super) async fn load(
    app: &App,
    config: &Config,
    stop: &CancellationToken,
) -> Result<NoteKeys, Trouble> {
    let lease = tokio::select! {
        () = stop.cancelled() => return Err(Trouble::failed("Stopped before it was ready.")),
        lease = app.alone(MEMO) => lease,
    };
    let keys = load_alone(app, config).await;
    lease.give_back().await;
    keys
}

async fn load_alone(app: &App, config: &Config) -> Result<NoteKeys, Trouble> {
    let store = app.store();
    let now_ms = app.clock().now_ms();
    let kept = store.memo(MEMO.into()).await;
    let kept = kept.map_err(|error| replies::store_error(&error))?;
    let is_new = kept.is_none();
    let mut keys = match kept {
        Some(kept) => NoteKeys::from_json(&kept.to_string()).map_err(|error| {
            Trouble::failed(format!("The ledger's note keys are not usable: {error}."))
        })?,
        None => NoteKeys::generate(now_ms),
    };
    let before = keys.to_json();
    if let Some(secret) = &config.note_secret {
        let used = keys.use_hs256(secret.expose().as_bytes(), now_ms);
        used.map_err(|error| {
            Trouble::input(format!("`notes.hs256_secret` is not usable: {error}."))
        })?;
    }
    let after = keys.to_json();
    if is_new || *after != *before {
        let json = serde_json::from_str(&after).expect("keys are written as JSON");
        let kept = store.memo_set(MEMO.into(), json).await;
        kept.map_err(|error| replies::store_error(&error))?;
    }
    Ok(keys)
}

//! Where the keys that sign bank notes are kept: in the ledger, so that every backup can verify the notes that it has.

use std::time::Duration;

use app::{App, NoteKeys};

use crate::{replies, trouble::Trouble};

/// Also the name of the lease under which they are changed.
pub(crate) const MEMO: &str = "notes.keys";

/// A new key signs so much later, when every process that has the ledger open knows it.
pub(crate) const KNOWN_AFTER: Duration = Duration::from_secs(60);

/// None before the first start of a server.
///
/// # Errors
/// When the ledger cannot be read, or has something else than keys there.
pub(crate) async fn read(app: &App) -> Result<Option<NoteKeys>, Trouble> {
    let kept = app.store().memo(MEMO.into()).await;
    let kept = kept.map_err(|error| replies::store_error(&error))?;
    let keys = kept.map(|kept| NoteKeys::from_json(&kept.to_string()));
    keys.transpose().map_err(|error| {
        Trouble::failed(format!("The ledger's note keys are not usable: {error}."))
    })
}

/// # Errors
/// When the ledger cannot be written.
pub(crate) async fn keep(app: &App, keys: &NoteKeys) -> Result<(), Trouble> {
    let json = serde_json::from_str(&keys.to_json()).expect("keys are written as JSON");
    let kept = app.store().memo_set(MEMO.into(), json).await;
    kept.map_err(|error| replies::store_error(&error))
}

/// When a key that is added now begins to sign.
pub(crate) fn signs_from_ms(app: &App) -> i64 {
    let later = i64::try_from(KNOWN_AFTER.as_millis()).unwrap_or(i64::MAX);
    app.clock().now_ms().saturating_add(later)
}

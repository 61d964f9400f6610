//! Asking a store again that did not answer.

use std::{future::Future, time::Duration};

use app::{Receipt, StoreError, WriteError};
use economy::Refusal;

/// Waits between attempts; after the last one the failure stands.
const WAITS_MS: [u64; 4] = [50, 250, 1_000, 3_000];

/// Asks again while the store is away: for events that nobody waits for.
pub(crate) async fn patiently<T, Fut>(mut ask: impl FnMut() -> Fut) -> Result<T, StoreError>
where
    Fut: Future<Output = Result<T, StoreError>>,
{
    for wait in WAITS_MS {
        match ask().await {
            Err(StoreError::Unavailable { .. } | StoreError::Unknown) => pause(wait).await,
            settled => return settled,
        }
    }
    ask().await
}

/// Writes money for an event that nobody waits for: asks again while the store is away.
pub(crate) async fn written_patiently<Fut>(
    mut write: impl FnMut() -> Fut,
) -> Result<Receipt, WriteError>
where
    Fut: Future<Output = Result<Receipt, WriteError>>,
{
    for wait in WAITS_MS {
        match settled(&mut write).await {
            Err(WriteError::Store(StoreError::Unavailable { .. } | StoreError::Unknown)) => {
                pause(wait).await;
            }
            settled => return settled,
        }
    }
    settled(&mut write).await
}

/// Writes money for a person who waits. An unknown outcome is asked for again under the same key, which tells what it was; a
/// wallet that was joined with another meanwhile is looked up again.
pub(crate) async fn settled<Fut>(mut write: impl FnMut() -> Fut) -> Result<Receipt, WriteError>
where
    Fut: Future<Output = Result<Receipt, WriteError>>,
{
    match write().await {
        Err(
            WriteError::Store(StoreError::Unknown)
            | WriteError::Refused(Refusal::HolderMerged { .. }),
        ) => write().await,
        settled => settled,
    }
}

async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

use serde::{Deserialize, Serialize};
use ton::toncenter::Transaction;

use crate::{Trouble, settlement::Inner};

const MEMO: &str = "settlement.skipped";

/// Notifications of other contracts than the shop's own jetton wallet: tokens that the shop does not take, or lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Skipped {
    pub count: u64,
    /// The newest of them; those up to it are counted.
    #[serde(with = "decimal")]
    pub last_lt: u64,
}

impl Inner {
    /// Counted before the cursor moves on, and by logical time, so that a repetition counts none twice.
    pub(super) async fn note_skipped(&self, skipped: &[&Transaction]) -> Result<(), Trouble> {
        if skipped.is_empty() {
            return Ok(());
        }
        let mut known = self.skipped().await?;
        for transaction in skipped {
            if transaction.lt > known.last_lt {
                known.count = known.count.saturating_add(1);
                known.last_lt = transaction.lt;
                tracing::info!(hash = %transaction.hash, "another contract told of tokens; skipped");
            }
        }
        let value = serde_json::to_value(known).expect("two numbers");
        self.app.store().memo_set(MEMO.into(), value).await?;
        Ok(())
    }

    pub(crate) async fn skipped(&self) -> Result<Skipped, Trouble> {
        let memo = self.app.store().memo(MEMO.into()).await?;
        let known = memo.and_then(|value| serde_json::from_value(value).ok());
        Ok(known.unwrap_or_default())
    }
}

/// Numbers of 64 bits do not pass through every reader of JSON.
mod decimal {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(number: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

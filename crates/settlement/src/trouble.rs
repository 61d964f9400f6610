use app::StoreError;
use economy::Refusal;
use ledger::{BatchId, RewardId, TonHash};
use ton::toncenter::ClientError;

use crate::{Gap, Step};

/// Why the work cannot go on now. Nothing is lost by it: the same is tried again.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("cannot reach the chain")]
    Chain(#[from] ClientError),
    #[error("cannot reach the ledger")]
    Store(#[from] StoreError),
    #[error("the shop's transactions do not join up yet")]
    Gap(#[from] Gap),
    /// Until the configuration fits, the batch waits.
    #[error("batch {batch} cannot be sent: {why}")]
    Batch { batch: BatchId, why: String },
    /// It arrived, and the ledger does not take it: a fault of ours that somebody has to look at. Nothing is sent twice meanwhile.
    #[error("reward {reward} arrived and the ledger refuses it: {}", .refusal.name())]
    Settle { reward: RewardId, refusal: Refusal },
    /// The cursor stays before it.
    #[error("the tokens of transaction {transaction} cannot be recorded: {why}")]
    Deposit { transaction: TonHash, why: String },
    #[error("stopped after {0:?}")]
    Stopped(Step),
}

impl Trouble {
    /// The cause's own words, for a log line.
    pub(crate) fn in_full(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

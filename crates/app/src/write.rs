use std::panic::Location;

use economy::{Command, Refusal};
use ledger::{
    Amount, ContentHash, Detail, HolderId, IdempotencyKey, Kind, Remainder, TransactionId, Transfer,
};
use serde::Serialize;

use crate::{Asked, StoreError, origin::Origin};

/// A command on its way to the store, with all that the ledger records of it.
#[derive(Debug, Clone)]
pub struct Write {
    pub command: Command,
    pub actor: HolderId,
    pub origin: Origin,
    pub key: IdempotencyKey,
    pub content: ContentHash,
    pub detail: Option<Box<Detail>>,
}

/// What was written, as its caller sees it; a repeated command gets it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// None when only an effect was recorded and no money moved.
    pub transaction: Option<TransactionId>,
    pub sequence: u64,
    pub kind: Kind,
    pub transfers: Vec<Transfer>,
    pub remainder: Option<Remainder>,
    /// What a reversal could not take back.
    pub debt: Option<Amount>,
    /// Whether this is the answer to an earlier command with the same key.
    pub replayed: bool,
}

/// Why a write has no receipt.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// An answer: nothing moved, and here is why.
    #[error("refused: {}", .0.name())]
    Refused(Refusal),
    /// The idempotency key was used before for something else; nothing moved now.
    #[error("the idempotency key was used for another command")]
    KeyReused,
    #[error("could not write to the ledger")]
    Store(#[source] StoreError),
}

impl From<Refusal> for WriteError {
    fn from(refusal: Refusal) -> Self {
        WriteError::Refused(refusal)
    }
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        WriteError::Store(error)
    }
}

impl Write {
    pub(crate) fn new(
        asked: Asked,
        command: Command,
        location: &'static Location<'static>,
    ) -> Self {
        let origin = match &asked.claimed {
            Some(site) => asked.entry.claimed(site),
            None => asked.entry.at(location),
        };
        let content = content_hash(&(
            &command,
            asked.actor,
            asked
                .detail
                .as_ref()
                .and_then(|detail| detail.reason.as_ref()),
            asked
                .detail
                .as_ref()
                .and_then(|detail| detail.reference.as_ref()),
        ));
        Self {
            command,
            actor: asked.actor,
            origin,
            key: asked.key,
            content,
            detail: asked.detail,
        }
    }
}

pub(crate) fn content_hash(content: &impl Serialize) -> ContentHash {
    let bytes = postcard::to_extend(content, Vec::with_capacity(96))
        .expect("commands and changes serialize: they hold plain data only");
    ContentHash::of(&bytes)
}

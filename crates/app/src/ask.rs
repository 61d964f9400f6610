use ledger::{Detail, HolderId, IdempotencyKey};

use crate::origin::{ClaimedSite, Entry};

/// Who asks for a write, through which entry, and what makes it repeatable.
#[derive(Debug, Clone)]
pub struct Asked {
    pub(crate) entry: Entry,
    pub(crate) actor: HolderId,
    pub(crate) key: IdempotencyKey,
    pub(crate) claimed: Option<ClaimedSite>,
    pub(crate) detail: Detail,
}

impl Asked {
    pub fn new(entry: &Entry, actor: HolderId, key: IdempotencyKey) -> Self {
        Self {
            entry: entry.clone(),
            actor,
            key,
            claimed: None,
            detail: Detail::default(),
        }
    }

    /// Why, in the words of whoever asks.
    #[must_use]
    pub fn reason(mut self, reason: Option<String>) -> Self {
        self.detail.reason = reason;
        self
    }

    /// What the caller knows it by.
    #[must_use]
    pub fn reference(mut self, reference: Option<String>) -> Self {
        self.detail.reference = reference;
        self
    }

    /// W3C `traceparent`, checked by the front that received it.
    #[must_use]
    pub fn traceparent(mut self, traceparent: Option<String>) -> Self {
        self.detail.traceparent = traceparent;
        self
    }

    /// The code site that a remote caller states; without one the front's own site is recorded.
    #[must_use]
    pub fn claimed(mut self, site: Option<ClaimedSite>) -> Self {
        self.claimed = site;
        self
    }
}

use ledger::{Detail, HolderId, IdempotencyKey};

use crate::origin::{ClaimedSite, Entry};

/// Who asks for a write, through which entry, and what makes it repeatable.
#[derive(Debug, Clone)]
pub struct Asked {
    pub(crate) entry: Entry,
    pub(crate) actor: HolderId,
    pub(crate) key: IdempotencyKey,
    pub(crate) claimed: Option<ClaimedSite>,
    /// Few say anything: what most do not have does not travel with them.
    pub(crate) detail: Option<Box<Detail>>,
}

impl Asked {
    pub fn new(entry: &Entry, actor: HolderId, key: IdempotencyKey) -> Self {
        Self {
            entry: entry.clone(),
            actor,
            key,
            claimed: None,
            detail: None,
        }
    }

    /// Why, in the words of whoever asks.
    #[must_use]
    pub fn reason(mut self, reason: Option<String>) -> Self {
        self.say(reason, |detail, text| detail.reason = Some(text));
        self
    }

    /// What the caller knows it by.
    #[must_use]
    pub fn reference(mut self, reference: Option<String>) -> Self {
        self.say(reference, |detail, text| detail.reference = Some(text));
        self
    }

    /// W3C `traceparent`, checked by the front that received it.
    #[must_use]
    pub fn traceparent(mut self, traceparent: Option<String>) -> Self {
        self.say(traceparent, |detail, text| detail.traceparent = Some(text));
        self
    }

    /// The code site that a remote caller states; without one the front's own site is recorded.
    #[must_use]
    pub fn claimed(mut self, site: Option<ClaimedSite>) -> Self {
        self.claimed = site;
        self
    }

    fn say(&mut self, text: Option<String>, put: impl FnOnce(&mut Detail, String)) {
        if let Some(mut text) = text {
            // Fronts refuse control characters in words; PostgreSQL has no way to keep this one, and a batch of others' writes would fail
            // with it.
            text.retain(|c| c != '\0');
            put(self.detail.get_or_insert_default(), text);
        }
    }
}

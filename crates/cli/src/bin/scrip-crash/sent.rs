//! What was asked of the server, and what it answered.

use serde_json::{Value, json};

/// One write with its key.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) key: String,
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) answer: Answer,
}

#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// The server died before it answered: it may or may not have been written.
    Unknown,
    /// Nothing moved.
    Refused,
    Written(Receipt),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) transaction: String,
    pub(crate) kind: String,
    pub(crate) transfers: Value,
    /// A note's text, for whoever redeems it.
    pub(crate) token: Option<String>,
    pub(crate) replayed: bool,
}

impl Sent {
    pub(crate) fn new(key: String, path: impl Into<String>, body: Value) -> Self {
        Self {
            key,
            path: path.into(),
            body,
            answer: Answer::Unknown,
        }
    }

    pub(crate) fn is_refused(&self) -> bool {
        matches!(self.answer, Answer::Refused)
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.answer, Answer::Unknown)
    }

    pub(crate) fn receipt(&self) -> Option<&Receipt> {
        match &self.answer {
            Answer::Written(receipt) => Some(receipt),
            _ => None,
        }
    }

    /// As one of many in a bulk request.
    pub(crate) fn in_bulk(&self) -> Option<Value> {
        let verb = match self.path.as_str() {
            "/v1/mints" => "mint",
            "/v1/transfers" => "transfer",
            "/v1/exchanges" => "exchange",
            "/v1/holds" => "hold",
            _ => return None,
        };
        Some(json!({"idempotency_key": self.key, "write": {verb: self.body}}))
    }
}

impl Receipt {
    /// What the API answers to a write.
    pub(crate) fn read(answer: &Value, replayed: bool) -> Option<Self> {
        Some(Self {
            transaction: answer["transaction"].as_str()?.to_owned(),
            kind: answer["kind"].as_str()?.to_owned(),
            transfers: answer["transfers"].clone(),
            token: answer["token"].as_str().map(str::to_owned),
            replayed,
        })
    }

    pub(crate) fn legs(&self) -> usize {
        self.transfers.as_array().map_or(0, Vec::len)
    }
}

/// Everything that was ever sent.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) all: Vec<Sent>,
}

impl Book {
    pub(crate) fn extend(&mut self, sent: Vec<Sent>) {
        self.all.extend(sent);
    }

    pub(crate) fn written(&self) -> impl Iterator<Item = (&Sent, &Receipt)> {
        self.all
            .iter()
            .filter_map(|sent| Some((sent, sent.receipt()?)))
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.written().count()
    }

    /// How many the ledger must have: each transaction once, with all its legs.
    pub(crate) fn transfers(&self) -> usize {
        self.written().map(|(_, receipt)| receipt.legs()).sum()
    }
}

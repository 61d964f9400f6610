//! Why a command did not do what it was asked for: expected, told in a sentence, and told apart by exit codes.

use serde::{Deserialize, Serialize};

/// An expected end that is no success. It travels over the admin socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{text}")]
pub(crate) struct Trouble {
    pub(crate) kind: TroubleKind,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TroubleKind {
    Failed,
    /// What was typed, or a file that was given, is wrong.
    Input,
    /// There is no ledger yet.
    NoLedger,
    /// The ledger's rules say no.
    Refused,
    /// Another process has the ledger and does not answer.
    InUse,
}

impl Trouble {
    pub(crate) fn new(kind: TroubleKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }

    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Self::new(TroubleKind::Failed, text)
    }

    pub(crate) fn input(text: impl Into<String>) -> Self {
        Self::new(TroubleKind::Input, text)
    }

    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self::new(TroubleKind::Refused, text)
    }

    /// Something went wrong with a file.
    pub(crate) fn file(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::failed(format!("{} cannot be {doing}: {error}.", path.display()))
    }
}

impl TroubleKind {
    pub(crate) const fn exit_code(self) -> u8 {
        match self {
            TroubleKind::Failed => 1,
            TroubleKind::Input | TroubleKind::NoLedger => 2,
            TroubleKind::Refused => 3,
            TroubleKind::InUse => 4,
        }
    }
}

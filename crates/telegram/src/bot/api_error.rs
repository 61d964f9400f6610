use std::time::Duration;

/// Why Telegram did not do what it was asked for. None of the texts has the address of the request, which holds the bot's token.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Too many requests (429).
    #[error("{method}: Telegram asks to wait {} s", .wait.as_secs())]
    Busy {
        method: &'static str,
        wait: Duration,
    },
    #[error("{method}: Telegram refused ({code}): {description}")]
    Refused {
        method: &'static str,
        code: u16,
        description: String,
    },
    /// It may have been done all the same.
    #[error("{method}: Telegram did not answer")]
    Away {
        method: &'static str,
        /// Whether the request never left.
        unsent: bool,
        #[source]
        source: Option<reqwest::Error>,
    },
    #[error("{method}: Telegram answered what is no answer")]
    Answer { method: &'static str },
}

impl ApiError {
    /// Whether the same may succeed a little later.
    pub fn is_temporary(&self) -> bool {
        match self {
            ApiError::Busy { .. } | ApiError::Away { .. } | ApiError::Answer { .. } => true,
            ApiError::Refused { code, .. } => *code >= 500,
        }
    }

    /// Whether it is certain that nothing was done.
    pub(crate) fn nothing_done(&self) -> bool {
        match self {
            ApiError::Busy { .. } | ApiError::Refused { .. } => true,
            ApiError::Away { unsent, .. } => *unsent,
            ApiError::Answer { .. } => false,
        }
    }

    pub(crate) fn says(&self, words: &str) -> bool {
        matches!(self, ApiError::Refused { description, .. } if description.contains(words))
    }

    pub(crate) fn code(&self) -> Option<u16> {
        match self {
            ApiError::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }
}

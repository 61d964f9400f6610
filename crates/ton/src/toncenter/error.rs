/// What went wrong with the chain's server.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("the chain's server asks us to come back later (429)")]
    Busy,
    #[error("the chain's server cannot be reached or is not well")]
    Away(#[source] Away),
    #[error("the chain's server refuses ({status}): {what}")]
    Refused { status: u16, what: String },
    /// It speaks another language than we think; trying again would not help.
    #[error("the chain's server answers what we do not understand: {0}")]
    Answer(String),
}

/// All of these pass, or so we hope.
#[derive(Debug, thiserror::Error)]
pub enum Away {
    #[error("the request did not get through")]
    Transport(#[source] reqwest::Error),
    #[error("it answered with status {0}")]
    Status(u16),
    #[error("its answer broke off or is no JSON")]
    Broken,
}

impl ClientError {
    /// Whether the same request may well succeed later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy | Self::Away(_))
    }

    pub(super) fn transport(error: reqwest::Error) -> Self {
        // The address may hold a key that an operator put there.
        Self::Away(Away::Transport(error.without_url()))
    }
}

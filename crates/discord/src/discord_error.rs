//! What Discord's errors mean (its documentation, "Opcodes and Status Codes", JSON error codes).

use twilight_http::{Error, api_error::ApiError, error::ErrorType};

pub(crate) const UNKNOWN_MEMBER: u64 = 10_007;
pub(crate) const UNKNOWN_INTERACTION: u64 = 10_062;
pub(crate) const UNKNOWN_EMOJI: u64 = 10_014;
pub(crate) const EMOJIS_FULL: u64 = 30_008;
pub(crate) const ANIMATED_EMOJIS_FULL: u64 = 30_018;
pub(crate) const ALREADY_ACKNOWLEDGED: u64 = 40_060;
pub(crate) const MISSING_ACCESS: u64 = 50_001;
pub(crate) const MISSING_PERMISSIONS: u64 = 50_013;
pub(crate) const INVALID_FORM: u64 = 50_035;

/// What is known of a request that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answered {
    pub status: Option<u16>,
    pub code: Option<u64>,
}

impl Answered {
    /// Nothing came, or nothing that can be read.
    pub(crate) const NOTHING: Self = Self {
        status: None,
        code: None,
    };

    pub(crate) fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorType::Response { error, status, .. } => Self {
                status: Some(status.get()),
                code: match error {
                    ApiError::General(general) => Some(general.code),
                    _ => None,
                },
            },
            ErrorType::Unauthorized => Self {
                status: Some(401),
                code: None,
            },
            _ => Self {
                status: None,
                code: None,
            },
        }
    }

    pub(crate) fn is(self, code: u64) -> bool {
        self.code == Some(code)
    }

    pub(crate) fn not_found(self) -> bool {
        self.status == Some(404)
    }

    /// Asking again gives the same answer, and counts as an invalid request (10,000 of them in ten minutes end in a ban).
    pub(crate) fn forbidden(self) -> bool {
        matches!(self.status, Some(401 | 403))
    }
}

/// For a log: status and code, never the request, whose path can hold an interaction's token.
impl std::fmt::Display for Answered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.status, self.code) {
            (Some(status), Some(code)) => write!(f, "status {status}, code {code}"),
            (Some(status), None) => write!(f, "status {status}"),
            _ => f.write_str("no answer"),
        }
    }
}

//! Why a made-up Telegram or wallet does not do what it is asked, as a problem document (RFC 9457) like those of the game's server.

use axum::{
    extract::rejection::JsonRejection,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde_json::json;
use ton::{TooLarge, toncenter::ClientError};
use ton_sandbox::{SendError, Stopped};

use crate::operator::coins;

#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("The request cannot be read: {0}.")]
    Unreadable(#[from] JsonRejection),
    #[error(
        "Nobody of this id plays in this demonstration. GET /demo/people has those who do; without an id somebody new signs in."
    )]
    UnknownPerson,
    #[error("\"{0}\" of a message is not as TON Connect writes it.")]
    Field(&'static str),
    #[error("The wallet sends 1 to {most} messages at once.")]
    Count { most: usize },
    #[error("The time to sign this is over. Ask for it again.")]
    Late,
    #[error(
        "The wallet has {} TON, and this needs {} with fees. Connect it again: the demonstration gives coins to whoever has few.",
        coins(*there),
        coins(*needed)
    )]
    Poor { there: u128, needed: u128 },
    #[error("This is too much for one message: {0}.")]
    TooLarge(#[from] TooLarge),
    #[error("The chain does not take it: {0}.")]
    NotTaken(#[from] SendError),
    #[error("The chain does not answer: {0}.")]
    Chain(#[from] ClientError),
    #[error("The demonstration is ending: {0}.")]
    Stopped(#[from] Stopped),
}

impl Refusal {
    const fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unreadable(_) => (StatusCode::BAD_REQUEST, "bad-request"),
            Self::UnknownPerson => (StatusCode::NOT_FOUND, "demo-person"),
            Self::Field(_) | Self::Count { .. } | Self::TooLarge(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "demo-message")
            }
            Self::Late => (StatusCode::CONFLICT, "demo-late"),
            Self::Poor { .. } => (StatusCode::CONFLICT, "demo-coins"),
            Self::NotTaken(_) => (StatusCode::CONFLICT, "demo-not-taken"),
            Self::Chain(_) | Self::Stopped(_) => (StatusCode::SERVICE_UNAVAILABLE, "chain-away"),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, kind) = self.kind();
        let body = json!({
            "type": format!("urn:scrip:problem:{kind}"),
            "title": "The demonstration does not do this",
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        let headers = [(CONTENT_TYPE, "application/problem+json")];
        (status, headers, body.to_string()).into_response()
    }
}

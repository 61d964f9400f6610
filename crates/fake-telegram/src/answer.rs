//! Telegram's envelopes.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// Why a method is refused, in Telegram's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub code: u16,
    pub description: String,
    pub retry_after: Option<u32>,
}

pub type Answer = Result<Value, Refused>;

impl Refused {
    pub fn new(code: u16, description: impl Into<String>) -> Self {
        Self {
            code,
            description: description.into(),
            retry_after: None,
        }
    }

    pub fn bad(what: impl std::fmt::Display) -> Self {
        Self::new(400, format!("Bad Request: {what}"))
    }

    pub fn too_many(retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(429, format!("Too Many Requests: retry after {retry_after}"))
        }
    }
}

pub fn response(answer: Answer) -> Response {
    match answer {
        Ok(result) => Json(json!({ "ok": true, "result": result })).into_response(),
        Err(refused) => {
            let status =
                StatusCode::from_u16(refused.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut body = json!({
                "ok": false,
                "error_code": refused.code,
                "description": refused.description,
            });
            if let Some(seconds) = refused.retry_after {
                body["parameters"] = json!({ "retry_after": seconds });
            }
            (status, Json(body)).into_response()
        }
    }
}

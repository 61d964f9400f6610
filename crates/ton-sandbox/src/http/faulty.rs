//! The faults that hit requests of any kind, and the lost answers to sends.

use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use fake_server::LoseIt;
use serde_json::json;

use crate::{faults::LostAnswer, handle::Handle};

/// Put on the answer to a message that was taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct MessageTaken;

pub(super) async fn faulty(State(chain): State<Handle>, request: Request, next: Next) -> Response {
    let faults = chain.faults();
    if faults.takes_busy() {
        // It comes from the proxy before the servers and has a shape of its own, the same for v2 and v3.
        let body = json!({"ok": false, "result": "Ratelimit exceed", "code": 429});
        return (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
    }
    let is_v3 = request.uri().path().starts_with("/api/v3");
    if faults.takes_failure() {
        return failure(
            is_v3,
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal server error",
        );
    }
    let response = next.run(request).await;
    if response.extensions().get::<MessageTaken>().is_none() {
        return response;
    }
    match faults.takes_lost_answer() {
        None => response,
        Some(LostAnswer::Dropped) => lost(),
        Some(LostAnswer::ServerError) => failure(
            is_v3,
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal server error",
        ),
        Some(LostAnswer::GatewayTimeout) => {
            failure(is_v3, StatusCode::GATEWAY_TIMEOUT, "Lite Server Timeout")
        }
    }
}

fn lost() -> Response {
    let mut response = StatusCode::OK.into_response();
    response.extensions_mut().insert(LoseIt);
    response
}

fn failure(is_v3: bool, status: StatusCode, what: &str) -> Response {
    let code = status.as_u16();
    let body = if is_v3 {
        json!({"error": what})
    } else {
        json!({"ok": false, "error": what, "code": code})
    };
    (status, Json(body)).into_response()
}

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use serde_json::json;

use super::text;
use crate::handle::Handle;

#[derive(Debug, Deserialize)]
pub(super) struct Gift {
    address: String,
    nanoton: u64,
}

/// `POST /sandbox/give`: coins out of nothing; answers when they have arrived.
pub(super) async fn give(State(chain): State<Handle>, Json(gift): Json<Gift>) -> impl IntoResponse {
    let Some(address) = text::read_address(&gift.address) else {
        let error = json!({"ok": false, "error": "this is no address"});
        return (StatusCode::UNPROCESSABLE_ENTITY, Json(error));
    };
    match chain.give(&address, gift.nanoton).await {
        Ok(()) => {
            let balance = chain.balance(&address).to_string();
            (
                StatusCode::OK,
                Json(json!({"ok": true, "balance": balance})),
            )
        }
        Err(stopped) => {
            let error = json!({"ok": false, "error": stopped.to_string()});
            (StatusCode::SERVICE_UNAVAILABLE, Json(error))
        }
    }
}

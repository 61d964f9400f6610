use axum::{Json, extract::State};
use serde_json::json;

use super::Answer;
use crate::server::{proof_payload, sign_in::Caller, state::Shared};

/// What the player's wallet is to sign.
pub(in crate::server) async fn ton_proof(State(server): State<Shared>, caller: Caller) -> Answer {
    let now_secs = u64::try_from(server.now_secs()).unwrap_or(0);
    let expires = now_secs.saturating_add(u64::from(server.config.proof_max_age_secs));
    let payload = proof_payload::make(&server.payload_key, caller.user(), expires);
    Ok(Json(json!({
        "ok": true,
        "payload": payload,
        "domain": server.config.proof_domain,
        "expires": expires,
    })))
}

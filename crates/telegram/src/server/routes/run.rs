use axum::{Json, extract::State};
use serde_json::json;

use super::Answer;
use crate::server::{run_token, sign_in::Caller, state::Shared};

/// Begins a run: its id, which pays once, and the seed of its level.
pub(in crate::server) async fn run(State(server): State<Shared>, caller: Caller) -> Answer {
    let now_ms = server.app.clock().now_ms();
    let (begun, run) = run_token::begin(&server.run_key, caller.user(), now_ms);
    let age_secs = i64::from(server.config.run_max_age_secs);
    Ok(Json(json!({
        "ok": true,
        "run": run,
        "seed": begun.seed,
        "flight": flight::CONSTANTS.version,
        "expires": now_ms.div_euclid(1_000).saturating_add(age_secs),
    })))
}

pub(super) mod config;
pub(super) mod invoice;
pub(super) mod leaderboard;
pub(super) mod me;
pub(super) mod payment;
pub(super) mod played;
pub(super) mod purchases;
pub(super) mod run;
pub(super) mod tokens;
pub(super) mod ton_proof;
pub(super) mod wallet;

/// JSON, or a problem document.
type Answer = Result<axum::Json<serde_json::Value>, super::problem::Problem>;

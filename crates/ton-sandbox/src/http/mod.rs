//! toncenter's HTTP interface.

mod serve;

use axum::{Router, routing::get};

pub(crate) use serve::accept;

use crate::handle::Handle;

pub(crate) fn router(chain: Handle) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .with_state(chain)
}

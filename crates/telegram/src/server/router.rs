use app::{
    App,
    origin::{Gate, Telegram},
};
use axum::{
    Router, middleware,
    routing::{get, post},
};

use super::{
    config::Config,
    front::{cors, front},
    problem::Problem,
    routes,
    state::Server,
};

/// The game's requests. Health and metrics are the admin listener's.
pub fn router(config: Config, app: App, gate: Gate<Telegram>) -> Router {
    let cors = cors(config.game_origin.as_deref());
    Router::new()
        .route("/played", post(routes::played::played))
        .route("/run", post(routes::run::run))
        .route("/wallet", post(routes::wallet::wallet))
        .route("/ton-proof", post(routes::ton_proof::ton_proof))
        .route("/invoice", post(routes::invoice::invoice))
        .route("/payment", post(routes::payment::payment))
        .route("/purchases", get(routes::purchases::purchases))
        .route("/leaderboard", get(routes::leaderboard::leaderboard))
        .route("/tokens", get(routes::tokens::tokens))
        .route("/me", get(routes::me::me))
        .route("/config", get(routes::config::config))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(middleware::from_fn(front))
        .layer(cors)
        .with_state(Server::new(config, app, &gate))
}

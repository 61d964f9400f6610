//! Updates that Telegram brings (<https://core.telegram.org/bots/api#setwebhook>).

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tokio::time::sleep;

use super::{Context, handle::handle, update::Update};
use crate::BotToken;

const PATH: &str = "/telegram/webhook";
const SECRET: &str = "x-telegram-bot-api-secret-token";
const LARGEST: usize = 1 << 20;
const AGAIN: Duration = Duration::from_secs(5);

pub(super) fn router(ctx: Arc<Context>) -> Router {
    Router::new()
        .route(PATH, post(take))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(ctx)
}

/// Tells Telegram where to bring updates, until it has heard.
pub(super) async fn announce(ctx: &Context, public_url: &str) {
    let params = json!({
        "url": format!("{}{PATH}", public_url.trim_end_matches('/')),
        "secret_token": secret(&ctx.config.token),
        "allowed_updates": super::update::KINDS,
    });
    while let Err(error) = ctx.api.call::<Value>("setWebhook", params.clone()).await {
        tracing::error!(%error, "Telegram does not bring updates");
        sleep(AGAIN).await;
    }
    tracing::info!("Telegram brings updates");
}

/// Follows from the token, so that all processes have the same and nobody has to keep it.
fn secret(token: &BotToken) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(token.expose().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(b"scrip webhook secret");
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn take(State(ctx): State<Arc<Context>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if ctx.config.webhook.is_none() {
        return StatusCode::NOT_FOUND;
    }
    let given = headers.get(SECRET).map(|given| given.as_bytes());
    let expected = secret(&ctx.config.token);
    if !bool::from(given.unwrap_or_default().ct_eq(expected.as_bytes())) {
        return StatusCode::UNAUTHORIZED;
    }
    let update = serde_json::from_slice::<Value>(&body).ok();
    let Some(update) = update.as_ref().and_then(Update::read) else {
        return StatusCode::BAD_REQUEST;
    };
    // Telegram comes again with what is worked on: it waits only so long.
    let Some(_at_work) = ctx.seen.begin(update.id) else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    match handle(&ctx, &update).await {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            tracing::error!(%error, update = update.id, "an update must come again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

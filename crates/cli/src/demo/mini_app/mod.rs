//! `/demo/…`: a Telegram and a wallet that are made up, for whoever opens the game in a browser. Only a demonstration has these requests: they
//! sign in anybody and sign with everybody's key.

mod purse;
mod refusal;
mod sign_in;
mod wallet;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{State, rejection::JsonRejection},
    routing::{get, post},
};
use serde_json::Value;
use telegram::{BotToken, init_data::InitDataKey};

pub(super) use purse::Purse;
use refusal::Refusal;

use super::players::Players;

#[derive(Debug)]
pub(super) struct MiniApp {
    pub(super) players: Arc<Players>,
    pub(super) purse: Purse,
    /// Of the bot, whose Mini App the game is.
    pub(super) key: InitDataKey,
    /// People must be known there for the bot to write to them.
    pub(super) telegram: Arc<fake_telegram::FakeTelegram>,
}

type Shared = State<Arc<MiniApp>>;
type Asked<T> = Result<Json<T>, JsonRejection>;
type Answer = Result<Json<Value>, Refusal>;

pub(super) fn router(mini_app: MiniApp) -> Router {
    for player in mini_app.players.all() {
        mini_app.telegram.person(player.user.get(), &player.name);
    }
    Router::new()
        .route("/demo/people", get(sign_in::people))
        .route("/demo/sign-in", post(sign_in::sign_in))
        .route("/demo/wallet/connect", post(wallet::connect))
        .route("/demo/wallet/send", post(wallet::send))
        .with_state(Arc::new(mini_app))
}

/// The key of a bot's init data.
pub(super) fn key_of(token: &str) -> InitDataKey {
    let token = BotToken::parse(token).expect("the pretended Telegram gives tokens of bots");
    InitDataKey::of(&token)
}

use std::sync::Arc;

use app::{
    App,
    origin::{Entry, Gate, Telegram},
};

use super::{
    config::Config, limits::Limits, on_chain::Wallets, run_token::DerivedKey, token::Tokens,
};
use crate::init_data::InitDataKey;

/// What every request needs.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) app: App,
    pub(super) config: Config,
    pub(super) limits: Limits,
    pub(super) tokens: Tokens,
    pub(super) wallets: Wallets,
    pub(super) init_data_key: InitDataKey,
    pub(super) run_key: DerivedKey,
    pub(super) payload_key: DerivedKey,
    pub(super) played: Entry,
    pub(super) wallet: Entry,
}

pub(super) type Shared = Arc<Server>;

impl Server {
    pub(super) fn new(config: Config, app: App, gate: &Gate<Telegram>) -> Shared {
        let entry = |name| gate.entry(name, &config.application);
        Arc::new(Self {
            limits: Limits::new(config.requests_per_minute, &app),
            tokens: Tokens::default(),
            wallets: Wallets::default(),
            init_data_key: InitDataKey::of(&config.bot_token),
            run_key: DerivedKey::of(&config.bot_token, "scrip: runs"),
            payload_key: DerivedKey::of(&config.bot_token, "scrip: ton_proof payloads"),
            played: entry("POST /played"),
            wallet: entry("POST /wallet"),
            app,
            config,
        })
    }

    pub(super) fn now_secs(&self) -> i64 {
        self.app.clock().now_ms().div_euclid(1_000)
    }
}

use std::{sync::Arc, time::Duration};

use super::FakeDiscord;
use crate::{
    server::{self, StartError},
    settings::{RateLimits, Settings},
    shared::Shared,
    world::World,
};

/// Settings of a fake before it starts. Every one has a default that suits a test.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    settings: Settings,
    port: u16,
}

impl Builder {
    /// By default `fake-bot-token`.
    #[must_use]
    pub fn bot_token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.settings.bot_token);
        self
    }

    #[must_use]
    pub fn bot_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.settings.bot_name);
        self
    }

    /// By default any free port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Whether the privileged members intent is switched on for the application. By default it is.
    #[must_use]
    pub fn members_intent(mut self, on: bool) -> Self {
        self.settings.members_intent = on;
        self
    }

    /// Whether the privileged message content intent is switched on. By default it is not.
    #[must_use]
    pub fn message_content_intent(mut self, on: bool) -> Self {
        self.settings.message_content_intent = on;
        self
    }

    /// Whether people can install the application for themselves, for use where the bot is not; then all have. By default they cannot.
    #[must_use]
    pub fn user_install(mut self, on: bool) -> Self {
        self.settings.user_install = on;
        self
    }

    /// By default [`RateLimits::generous`].
    #[must_use]
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.settings.rate_limits = limits;
        self
    }

    /// By default three seconds, as on Discord.
    #[must_use]
    pub fn answer_deadline(mut self, limit: Duration) -> Self {
        self.settings.answer_deadline = limit;
        self
    }

    /// How long the driver waits for something to happen before it reports that it did not.
    /// By default 20 seconds.
    #[must_use]
    pub fn patience(mut self, limit: Duration) -> Self {
        self.settings.patience = limit;
        self
    }

    #[must_use]
    pub fn heartbeat_interval(mut self, interval: Duration) -> Self {
        self.settings.heartbeat_interval = interval;
        self
    }

    /// What `/gateway/bot` recommends. By default 1.
    #[must_use]
    pub fn recommended_shards(mut self, shards: u64) -> Self {
        self.settings.recommended_shards = shards;
        self
    }

    /// How many shards may identify in one window of [`Self::identify_window`]. By default 1.
    #[must_use]
    pub fn max_concurrency(mut self, shards: u64) -> Self {
        self.settings.max_concurrency = shards;
        self
    }

    /// By default five seconds.
    #[must_use]
    pub fn identify_window(mut self, window: Duration) -> Self {
        self.settings.identify_window = window;
        self
    }

    /// How long the gateway refuses a second request for one guild's members. By default 30 seconds.
    #[must_use]
    pub fn member_request_cooldown(mut self, cooldown: Duration) -> Self {
        self.settings.member_request_cooldown = cooldown;
        self
    }

    /// How old the accounts of new people are. By default a year.
    #[must_use]
    pub fn account_age(mut self, age: Duration) -> Self {
        self.settings.account_age = age;
        self
    }

    /// # Errors
    ///
    /// When the port is taken.
    pub async fn start(self) -> Result<FakeDiscord, StartError> {
        let shared = Shared::new(World::new(self.settings));
        let server = server::start(shared.clone(), self.port).await?;
        Ok(FakeDiscord {
            shared,
            server: Arc::new(server),
        })
    }
}

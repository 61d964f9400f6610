//! What a fake is started with.

use std::time::Duration;

use crate::clock::WallTime;

#[derive(Clone, Debug)]
pub struct Settings {
    pub bot_token: String,
    pub bot_name: String,
    /// The switch "Server Members Intent" on the application's page.
    pub members_intent: bool,
    /// The switch "Message Content Intent" there.
    pub message_content_intent: bool,
    pub user_install: bool,
    pub heartbeat_interval: Duration,
    /// How long an application may take for its first answer.
    pub answer_deadline: Duration,
    /// How long an interaction's token is good.
    pub token_lifetime: Duration,
    pub recommended_shards: u64,
    pub max_concurrency: u64,
    /// The time in which `max_concurrency` identifies are allowed.
    pub identify_window: Duration,
    /// How often one guild's members may be requested over the gateway.
    pub member_request_cooldown: Duration,
    pub rate_limits: RateLimits,
    /// How old the accounts of new people are.
    pub account_age: Duration,
    /// How long a person waits for an answer before the driver gives up.
    pub patience: Duration,
}

impl Settings {
    pub fn person_born(&self) -> WallTime {
        WallTime::ago(self.account_age)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bot_token: "fake-bot-token".to_owned(),
            bot_name: "scrip".to_owned(),
            members_intent: true,
            message_content_intent: false,
            user_install: false,
            heartbeat_interval: Duration::from_millis(41_250),
            answer_deadline: Duration::from_secs(3),
            token_lifetime: Duration::from_secs(15 * 60),
            recommended_shards: 1,
            max_concurrency: 1,
            identify_window: Duration::from_secs(5),
            member_request_cooldown: Duration::from_secs(30),
            rate_limits: RateLimits::generous(),
            account_age: Duration::from_secs(365 * 24 * 60 * 60),
            patience: Duration::from_secs(20),
        }
    }
}

/// So many requests in such a time.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub requests: u32,
    pub window: Duration,
}

impl Allowance {
    pub const fn new(requests: u32, window: Duration) -> Self {
        Self { requests, window }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct RateLimits {
    /// For each route and top-level id.
    pub route: Allowance,
    pub messages: Allowance,
    pub reactions: Allowance,
    pub emoji_changes: Allowance,
    pub member_edits: Allowance,
    /// Over all routes that are not bound to an interaction; `None` switches it off.
    pub global: Option<Allowance>,
}

impl RateLimits {
    /// Every response carries the headers, but no test ever runs into a limit.
    pub const fn generous() -> Self {
        let plenty = Allowance::new(10_000, Duration::from_secs(1));
        Self {
            route: plenty,
            messages: plenty,
            reactions: plenty,
            emoji_changes: plenty,
            member_edits: plenty,
            global: None,
        }
    }

    /// About what Discord allows. It publishes only the global number; the others are what bots observe.
    pub const fn like_discord() -> Self {
        Self {
            route: Allowance::new(10, Duration::from_secs(10)),
            messages: Allowance::new(5, Duration::from_secs(5)),
            reactions: Allowance::new(1, Duration::from_millis(250)),
            emoji_changes: Allowance::new(50, Duration::from_secs(3600)),
            member_edits: Allowance::new(10, Duration::from_secs(10)),
            global: Some(Allowance::new(50, Duration::from_secs(1))),
        }
    }
}

#![doc = include_str!("../README.md")]

mod answer;
mod board;
mod bot;
mod commands;
mod compact;
mod config;
mod context;
mod currencies;
mod discord_error;
mod emoji;
mod exchange_rates;
mod figures;
mod global_policy;
mod groups;
mod guilds;
mod here;
mod install;
mod interaction;
mod invocation;
mod jobs;
mod log_alert;
mod log_channel;
mod log_lines;
mod log_people;
mod log_post;
mod making;
mod members;
mod offer;
mod onboarding;
mod order;
mod patience;
mod permissions;
mod picture;
mod place;
mod policy;
mod post;
mod quotas;
mod reactions;
mod replies;
mod repost;
mod rights;
mod session;
mod settings;
mod shard;
mod top_role;
mod troubles;

pub use bot::{Bot, BotError, ClosedForGood};
pub use config::{Cdn, Config, Notes, Shards, Token};

/// A directive for the program's log filter, to be added after all others: twilight's rate limiter logs each request's path, and
/// those of interactions hold their tokens. Without it no level below warn is safe.
pub const LOG_DIRECTIVE: &str = "twilight_http_ratelimiting=warn";

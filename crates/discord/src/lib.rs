#![doc = include_str!("../README.md")]

mod answer;
mod bot;
mod commands;
mod config;
mod context;
mod currencies;
mod discord_error;
mod emoji;
mod guilds;
mod interaction;
mod invocation;
mod members;
mod order;
mod patience;
mod permissions;
mod picture;
mod place;
mod reactions;
mod replies;
mod session;
mod shard;

pub use bot::{Bot, BotError, ClosedForGood};
pub use config::{Cdn, Config, Shards, Token};

/// A directive for the program's log filter, to be added after all others: twilight's rate limiter logs each request's path, and
/// those of interactions hold their tokens. Without it no level below warn is safe.
pub const LOG_DIRECTIVE: &str = "twilight_http_ratelimiting=warn";

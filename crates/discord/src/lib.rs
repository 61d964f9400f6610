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

#![doc = include_str!("../README.md")]

pub mod bot;
mod bot_token;
pub mod init_data;
pub mod server;

pub use bot_token::{BotToken, BotTokenError};

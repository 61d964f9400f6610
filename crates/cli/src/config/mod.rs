//! Configuration: one table of settings, read from a file, the environment and flags, in rising order.

mod database;
mod environment;
mod file;
mod game;
mod lists;
mod named;
mod resolve;
mod secrets;
mod table;
mod template;
mod together;
mod typed;
mod value;

pub(crate) use game::{GameConfig, TelegramConfig, TonConfig};
pub(crate) use lists::AchievementSetting;
pub(crate) use named::Unknown;
pub(crate) use resolve::{Inputs, Resolved, Source, resolve};
pub(crate) use secrets::weakness;
pub(crate) use table::{Kind, Setting, settings};
pub(crate) use template::template;
pub(crate) use together::unfinished;
pub(crate) use typed::{Config, DiscordConfig, Hidden, LogConfig, LogFormat, ShardRange};

/// The file that is read when none is named and it is there.
pub(crate) const DEFAULT_FILE: &str = "scrip.toml";

/// Why a configuration is not taken. Each says where and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("{path} cannot be read: {cause}")]
    Unreadable { path: String, cause: String },
    #[error("{at}: {what}")]
    Syntax { at: String, what: String },
    #[error("{at}: unknown setting `{key}`{suggestion}", suggestion = .unknown.suggestion())]
    UnknownKey {
        at: String,
        key: String,
        unknown: Unknown,
    },
    #[error("{at}: `{key}` {what}")]
    Value {
        at: String,
        key: String,
        what: String,
    },
    #[error("{at}: `{key}` and `{key}_file` are both given; keep one of them")]
    Twice { at: String, key: String },
    #[error(
        "{at}: `{key}` is a secret, and flags can be seen by every process on this machine; use `{key}_file` or the environment"
    )]
    SecretInFlag { at: String, key: String },
    #[error(
        "{at}: `{key}` has a password in it, and flags can be seen by every process on this machine; use `{key}_file` or the environment"
    )]
    PasswordInFlag { at: String, key: String },
    #[error("{at}: the file for `{key}` cannot be read: {cause}")]
    SecretFile {
        at: String,
        key: String,
        cause: String,
    },
}

#[cfg(test)]
mod tests;

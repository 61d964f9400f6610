use std::{fmt, time::Duration};

use app::NoteBook;
use zeroize::Zeroizing;

/// A bot's token. It is wiped from memory when it is dropped, and never printed.
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    pub fn new(token: impl Into<String>) -> Self {
        Self(Zeroizing::new(token.into()))
    }

    pub(crate) fn reveal(&self) -> String {
        self.0.to_string()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// How the bot finds Discord, and which part of it is this process's. The defaults are those of the real Discord.
#[derive(Debug, Clone)]
pub struct Config {
    pub token: Token,
    /// Scheme, host and port of another REST API, such as `http://127.0.0.1:4000`.
    pub rest_url: Option<String>,
    /// Another gateway, such as `ws://127.0.0.1:4000`.
    pub gateway_url: Option<String>,
    pub cdn: Cdn,
    pub shards: Shards,
    /// Refuse to start when the token belongs to another application than this one.
    pub application: Option<u64>,
    /// How long a picture may take to become an emoji. Discord can ask for up to an hour of patience (its documentation, "Rate limits");
    /// nobody waits for a command so long.
    pub emoji_timeout: Duration,
    /// How often the places of the gateway sessions are stored.
    pub session_interval: Duration,
    /// A command that takes longer than this shows that the bot is thinking. Discord waits three seconds.
    pub thinking_after: Duration,
    /// Discord users who make the global group's currencies and rates.
    pub developers: Vec<u64>,
    /// What signs and reads bank notes; without it there are none.
    pub notes: Option<Notes>,
    /// A channel that hears when more transactions than `log_alert` wait to be told in log channels.
    pub alert_channel: Option<u64>,
    pub log_alert: u64,
    /// The least time between two messages in a guild's log channel.
    pub log_interval: Duration,
    /// The least time between two looks at who is among the richest of a guild.
    pub top_role_interval: Duration,
    /// How long running work may take to end when the bot stops.
    pub drain: Duration,
}

/// Bank notes as this installation writes them.
#[derive(Debug, Clone)]
pub struct Notes {
    pub book: NoteBook,
    /// The address of the page that shows a note, such as `https://scrip.example/note`; without it notes are text only.
    pub page: Option<String>,
}

/// Where attachments may be fetched from.
#[derive(Debug, Clone)]
pub struct Cdn {
    /// Host names, reached over https only.
    pub hosts: Vec<String>,
    /// A base URL that is allowed besides, with any scheme.
    pub url: Option<String>,
}

/// Which shards this process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shards {
    /// All, as many as Discord recommends.
    Recommended,
    /// `count` of `total`, from `first`: several processes share the guilds.
    Range { first: u32, count: u32, total: u32 },
}

impl Config {
    pub fn new(token: Token) -> Self {
        Self {
            token,
            rest_url: None,
            gateway_url: None,
            cdn: Cdn::default(),
            shards: Shards::Recommended,
            application: None,
            emoji_timeout: Duration::from_secs(20),
            session_interval: Duration::from_secs(5),
            thinking_after: Duration::from_millis(1_000),
            developers: Vec::new(),
            notes: None,
            alert_channel: None,
            log_alert: 10_000,
            log_interval: Duration::from_secs(10),
            top_role_interval: Duration::from_secs(30),
            drain: Duration::from_secs(5),
        }
    }
}

impl Default for Cdn {
    fn default() -> Self {
        Self {
            hosts: vec!["cdn.discordapp.com".into(), "media.discordapp.net".into()],
            url: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_never_printed() {
        let config = Config::new(Token::new("MTk4.secret"));
        assert!(!format!("{config:?}").contains("secret"));
    }
}

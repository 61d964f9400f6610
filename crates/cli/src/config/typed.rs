//! The configuration as the program uses it.

use std::{net::SocketAddr, path::PathBuf};

use zeroize::Zeroizing;

use super::{
    GameConfig, Resolved, TelegramConfig, TonConfig, game,
    value::{discord_id, discord_ids},
};

#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) data_dir: PathBuf,
    /// The URL of a PostgreSQL database, which may have a password in it. None for the file in the data folder.
    pub(crate) database: Option<Hidden>,
    pub(crate) database_connections: usize,
    pub(crate) http_listen: SocketAddr,
    /// Without a slash at its end.
    pub(crate) public_url: Option<String>,
    /// Requests of one key in a minute; 0 for no limit.
    pub(crate) http_rate_limit: u32,
    pub(crate) admin_listen: SocketAddr,
    /// None when the bot does not run.
    pub(crate) discord: Option<DiscordConfig>,
    /// None when neither the game server nor its bot runs.
    pub(crate) telegram: Option<TelegramConfig>,
    pub(crate) game: GameConfig,
    pub(crate) ton: TonConfig,
    pub(crate) log: LogConfig,
    pub(crate) capture: bool,
    pub(crate) note_issuer: String,
    pub(crate) note_secret: Option<Hidden>,
}

/// A secret; it is wiped when dropped, and never printed.
#[derive(Clone)]
pub(crate) struct Hidden(Zeroizing<String>);

#[derive(Debug, Clone)]
pub(crate) struct DiscordConfig {
    pub(crate) token: Hidden,
    pub(crate) rest_url: Option<String>,
    pub(crate) gateway_url: Option<String>,
    pub(crate) cdn_url: Option<String>,
    /// None for all.
    pub(crate) shards: Option<ShardRange>,
    pub(crate) developers: Vec<u64>,
    pub(crate) alert_channel: Option<u64>,
    pub(crate) log_alert: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct LogConfig {
    pub(crate) level: String,
    pub(crate) format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Auto,
    Pretty,
    Json,
}

/// Some of all gateway shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShardRange {
    pub(crate) first: u32,
    pub(crate) count: u32,
    pub(crate) total: u32,
}

impl Config {
    /// Values were checked when they were read.
    pub(crate) fn new(resolved: &Resolved) -> Self {
        let text = |key: &str| resolved.text(key).to_owned();
        let address = |key: &str| {
            let parsed = resolved.text(key).parse();
            parsed.expect("addresses are checked when they are read")
        };
        Self {
            data_dir: text("data_dir").into(),
            database: Hidden::given(resolved.text("database")),
            database_connections: resolved.text("database_connections").parse().unwrap_or(8),
            http_listen: address("http.listen"),
            public_url: Some(resolved.text("http.public_url").trim_end_matches('/'))
                .filter(|url| !url.is_empty())
                .map(str::to_owned),
            http_rate_limit: resolved.text("http.rate_limit").parse().unwrap_or(0),
            admin_listen: address("admin.listen"),
            discord: discord(resolved),
            telegram: game::telegram(resolved),
            game: game::game(resolved),
            ton: game::ton(resolved),
            log: LogConfig {
                level: text("log.level"),
                format: LogFormat::named(resolved.text("log.format")),
            },
            capture: resolved.text("origin.capture") == "true",
            note_issuer: text("notes.issuer"),
            note_secret: Hidden::given(resolved.text("notes.hs256_secret")),
        }
    }
}

fn discord(resolved: &Resolved) -> Option<DiscordConfig> {
    let given = |key: &str| Some(resolved.text(key).to_owned()).filter(|text| !text.is_empty());
    let token = Hidden::given(resolved.text("discord.token"))?;
    if resolved.text("discord.enabled") == "false" {
        return None;
    }
    Some(DiscordConfig {
        token,
        rest_url: given("discord.rest_url"),
        gateway_url: given("discord.gateway_url"),
        cdn_url: given("discord.cdn_url"),
        shards: ShardRange::parse(resolved.text("discord.shards")).unwrap_or(None),
        developers: discord_ids(resolved.text("discord.developers")).unwrap_or_default(),
        alert_channel: discord_id(resolved.text("discord.alert_channel")),
        log_alert: resolved.text("discord.log_alert").parse().unwrap_or(10_000),
    })
}

impl Hidden {
    pub(crate) fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    pub(super) fn given(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::new(text))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden(…)")
    }
}

impl LogFormat {
    fn named(text: &str) -> Self {
        match text {
            "pretty" => LogFormat::Pretty,
            "json" => LogFormat::Json,
            _ => LogFormat::Auto,
        }
    }
}

impl ShardRange {
    /// `all`, or `0-3/16`: from 0 to 3, of 16.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, String> {
        if text == "all" {
            return Ok(None);
        }
        let wrong = || format!("is `all` or a range such as 0-3/16, not {text:?}");
        let (range, total) = text.split_once('/').ok_or_else(wrong)?;
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
        let (first, last, total) = (number(first)?, number(last)?, number(total)?);
        if first > last || last >= total {
            return Err(wrong());
        }
        let count = last - first + 1;
        Ok(Some(Self {
            first,
            count,
            total,
        }))
    }
}

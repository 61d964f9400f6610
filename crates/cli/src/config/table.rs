//! Every setting there is. The configuration file, its reader, `config show` and the documentation come from here.

use super::database;

/// What a setting's text must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Folder,
    /// Host and port to listen on, such as `127.0.0.1:8080`.
    Address,
    /// Begins with one of these.
    Url(&'static [&'static str]),
    Number {
        least: u32,
        most: u32,
    },
    /// The URL of a PostgreSQL database; it may have a password in it.
    Database,
    Switch,
    Choice(&'static [&'static str]),
    Shards,
    /// One of Discord's ids.
    DiscordId,
    /// Any number of them, with commas between them.
    DiscordIds,
    Secret,
}

#[derive(Debug)]
pub(crate) struct Setting {
    /// As in the file: `http.listen`.
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    /// Empty when there is none, or when it depends on others: the documentation says so then.
    pub(crate) default: &'static str,
    /// Lines of the comment above it.
    pub(crate) doc: &'static [&'static str],
    /// Shown where there is no default.
    pub(crate) example: &'static str,
}

const fn setting(
    key: &'static str,
    kind: Kind,
    default: &'static str,
    doc: &'static [&'static str],
) -> Setting {
    Setting {
        key,
        kind,
        default,
        doc,
        example: default,
    }
}

const fn optional(
    key: &'static str,
    kind: Kind,
    example: &'static str,
    doc: &'static [&'static str],
) -> Setting {
    Setting {
        key,
        kind,
        default: "",
        doc,
        example,
    }
}

/// In the order in which the file has them: first those without a section.
pub(crate) const SETTINGS: &[Setting] = &[
    setting(
        "data_dir",
        Kind::Folder,
        "scrip-data",
        &["The folder with the ledger and all that belongs to it. Made when it is not there."],
    ),
    optional(
        "database",
        Kind::Database,
        "postgres://scrip@127.0.0.1:5432/scrip",
        &[
            "Empty: a SQLite file in `data_dir`, for one server. Or the URL of a PostgreSQL database (15 or later) of its own, for any number of",
            "servers. Several hosts: postgres://scrip@db1,db2/scrip?target_session_attrs=read-write",
        ],
    ),
    setting(
        "database_connections",
        Kind::Number {
            least: 1,
            most: 1_000,
        },
        "8",
        &[
            "How many connections to PostgreSQL readers share; those who write have two of their own.",
        ],
    ),
    setting(
        "http.listen",
        Kind::Address,
        "127.0.0.1:8080",
        &[
            "Where the HTTP API listens. Put a reverse proxy with TLS in front of it before it leaves this machine.",
        ],
    ),
    optional(
        "http.public_url",
        Kind::Url(&["http://", "https://"]),
        "https://scrip.example",
        &[
            "Where people reach the HTTP API, through the reverse proxy. With it bank notes come with a link to the page that shows them.",
        ],
    ),
    setting(
        "http.rate_limit",
        Kind::Number {
            least: 0,
            most: 10_000_000,
        },
        "6000",
        &["Requests that one API key may make in a minute; 0 for no limit."],
    ),
    setting(
        "admin.listen",
        Kind::Address,
        "127.0.0.1:9090",
        &["Where health and metrics are served. Keep it on loopback or a private network."],
    ),
    optional(
        "discord.enabled",
        Kind::Switch,
        "true",
        &["Whether the Discord bot runs. Without this line it does when there is a token."],
    ),
    optional(
        "discord.token",
        Kind::Secret,
        "",
        &["The bot's token, from https://discord.com/developers/applications, page \"Bot\"."],
    ),
    setting(
        "discord.shards",
        Kind::Shards,
        "all",
        &[
            "Which gateway shards this process runs: `all`, or a range such as `0-3/16`, the first four of sixteen.",
        ],
    ),
    optional(
        "discord.developers",
        Kind::DiscordIds,
        "563437347899965455, 80351110224678912",
        &[
            "Discord ids of those who may use `/global`: they make the global group's currencies, money and rates.",
        ],
    ),
    optional(
        "discord.alert_channel",
        Kind::DiscordId,
        "41771983423143937",
        &[
            "The id of a channel that hears when the log channels are behind. The bot must be in its server and may write there.",
        ],
    ),
    setting(
        "discord.log_alert",
        Kind::Number {
            least: 1,
            most: 1_000_000_000,
        },
        "10000",
        &[
            "So many transactions may wait to be told in log channels before the alert channel hears of it.",
        ],
    ),
    optional(
        "discord.rest_url",
        Kind::Url(&["http://", "https://"]),
        "http://127.0.0.1:4000",
        &["Another server in the place of Discord's REST API, such as a proxy."],
    ),
    optional(
        "discord.gateway_url",
        Kind::Url(&["ws://", "wss://"]),
        "ws://127.0.0.1:4000",
        &["Another server in the place of Discord's gateway."],
    ),
    optional(
        "discord.cdn_url",
        Kind::Url(&["http://", "https://"]),
        "http://127.0.0.1:4000",
        &["Another server from which uploaded pictures may be fetched, besides Discord's own."],
    ),
    setting(
        "log.level",
        Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
        "info",
        &["How much is logged: error, warn, info, debug or trace."],
    ),
    setting(
        "log.format",
        Kind::Choice(&["auto", "pretty", "json"]),
        "auto",
        &["`auto` is pretty on a terminal and JSON otherwise."],
    ),
    setting(
        "origin.capture",
        Kind::Switch,
        "true",
        &[
            "Whether the function that asked for each change is recorded. Entry and application always are.",
        ],
    ),
    setting(
        "notes.issuer",
        Kind::Text,
        "scrip",
        &["Who bank notes are from (`iss`), such as this server's public address."],
    ),
    optional(
        "notes.hs256_secret",
        Kind::Secret,
        "",
        &[
            "Signs bank notes with HMAC-SHA256 instead of Ed25519. At least 32 random bytes: `openssl rand -base64 48`.",
        ],
    ),
];

impl Setting {
    pub(crate) fn find(key: &str) -> Option<&'static Setting> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    pub(crate) const fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret)
    }

    /// Whether its name with `_file` behind it names a file that holds it.
    pub(crate) const fn may_be_in_file(&self) -> bool {
        matches!(self.kind, Kind::Secret | Kind::Database)
    }

    /// A value as people may see it.
    pub(crate) fn shown(&self, text: &str) -> String {
        match self.kind {
            _ if text.is_empty() => String::new(),
            Kind::Secret => "(hidden)".into(),
            Kind::Database => database::shown(text),
            _ => text.into(),
        }
    }

    /// Whether a value is nobody's business.
    pub(crate) fn hides(&self, text: &str) -> bool {
        match self.kind {
            Kind::Database => database::has_password(text),
            _ => self.is_secret(),
        }
    }

    /// Section and name: `("http", "listen")`, `("", "data_dir")`.
    pub(crate) fn parts(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }

    /// `SCRIP_HTTP__LISTEN`
    pub(crate) fn variable(&self) -> String {
        format!("SCRIP_{}", self.key.replace('.', "__").to_uppercase())
    }
}

//! The ledger, its listeners, the Discord bot, and how all of it runs.

use super::{Kind, Setting, optional, setting};

pub(super) const SETTINGS: &[Setting] = &[
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

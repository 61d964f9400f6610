//! The bot at Telegram and the requests of its Mini App.

use super::{Kind, Setting, optional, setting};

pub(super) const SETTINGS: &[Setting] = &[
    optional(
        "telegram.enabled",
        Kind::Switch,
        "true",
        &[
            "Whether the game server and its bot run. Without this line they do when there is a token.",
        ],
    ),
    optional(
        "telegram.bot_token",
        Kind::BotToken,
        "",
        &["The bot's token, from @BotFather. Init data of the Mini App are checked with it."],
    ),
    optional(
        "telegram.game_url",
        Kind::Url(&["https://", "http://"]),
        "https://game.example/game/",
        &[
            "Where the Mini App is: the address at which Telegram's clients reach this server's HTTP listener, and /game/. The bot's menu button opens it. Telegram wants https.",
        ],
    ),
    optional(
        "telegram.webhook_url",
        Kind::Url(&["https://", "http://"]),
        "https://scrip.example",
        &[
            "Where Telegram reaches this server's HTTP listener. Without it the bot asks Telegram for updates itself, which works behind any firewall.",
        ],
    ),
    setting(
        "telegram.init_data_max_age_secs",
        Kind::Number {
            least: 60,
            most: 604_800,
        },
        "3600",
        &[
            "How old the Mini App's init data may be, in seconds. Whoever plays for longer opens the game again.",
        ],
    ),
    optional(
        "telegram.proof_domain",
        Kind::Text,
        "game.example",
        &[
            "The domain that a wallet's proof of ownership must name. Without this line it is that of `game_url`.",
        ],
    ),
    setting(
        "telegram.prove_runs",
        Kind::Switch,
        "true",
        &[
            "Whether each run is replayed from its seed before it is paid. Without it a score is taken as it is said, up to the ceilings of [game].",
        ],
    ),
    optional(
        "telegram.support",
        Kind::Text,
        "@somebody",
        &["Whom to ask about a payment; the bot says it on /paysupport."],
    ),
    optional(
        "telegram.api_url",
        Kind::Url(&["https://", "http://"]),
        "http://127.0.0.1:8082",
        &["Another server in the place of Telegram's Bot API, such as one of your own."],
    ),
];

//! Every setting there is. The configuration file, its reader, `config show` and the documentation come from here.

mod game;
mod server;
mod telegram;
mod ton;

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
    /// A secret: `123456789:` and what BotFather wrote behind it.
    BotToken,
    /// A secret: 24 words.
    Mnemonic,
    /// Decimal text in the token's decimals.
    Tokens {
        may_be_zero: bool,
    },
    /// Decimal text in the chain's coin.
    Coins,
    /// `1:1, 2:5:Fifth flight`: achievement, plays, name.
    Achievements,
    /// `1:50:Red pipe`: item, price in tokens, name.
    Items,
    /// `1:25`: item, price in Stars.
    StarsPrices,
    TonAddress,
    /// `1:EQ…`: achievement, address.
    Collections,
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
pub(crate) fn settings() -> impl Iterator<Item = &'static Setting> {
    [
        server::SETTINGS,
        telegram::SETTINGS,
        game::SETTINGS,
        ton::SETTINGS,
    ]
    .into_iter()
    .flatten()
}

impl Setting {
    pub(crate) fn find(key: &str) -> Option<&'static Setting> {
        settings().find(|setting| setting.key == key)
    }

    pub(crate) const fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret | Kind::BotToken | Kind::Mnemonic)
    }

    /// Whether its name with `_file` behind it names a file that holds it.
    pub(crate) const fn may_be_in_file(&self) -> bool {
        self.is_secret() || matches!(self.kind, Kind::Database)
    }

    /// A value as people may see it.
    pub(crate) fn shown(&self, text: &str) -> String {
        match self.kind {
            _ if text.is_empty() => String::new(),
            _ if self.is_secret() => "(hidden)".into(),
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

//! Whether a text is what a setting takes.

use std::net::SocketAddr;

use super::{Kind, ShardRange, database, lists, weakness};

/// # Errors
/// Why not, to be read after the setting's name.
pub(super) fn check(kind: Kind, text: &str) -> Result<(), String> {
    match kind {
        Kind::Text | Kind::Folder if text.chars().any(char::is_control) => {
            Err("has control characters".into())
        }
        Kind::Text => Ok(()),
        Kind::Folder if text.is_empty() => Err("is a folder; it is empty".into()),
        Kind::Folder => Ok(()),
        Kind::Address => match text.parse::<SocketAddr>() {
            Ok(_) => Ok(()),
            Err(_) => Err(format!(
                "is an address and a port, such as 127.0.0.1:8080, not {text:?}"
            )),
        },
        Kind::Url(starts) => {
            let rest = starts.iter().find_map(|start| text.strip_prefix(start));
            if rest.is_some_and(|rest| !rest.is_empty()) {
                Ok(())
            } else {
                Err(format!("begins with {}, not {text:?}", starts.join(" or ")))
            }
        }
        Kind::Number { least, most } => match text.parse::<u32>() {
            Ok(number) if (least..=most).contains(&number) => Ok(()),
            _ => Err(format!("is a number from {least} to {most}, not {text:?}")),
        },
        Kind::Database => database::check(text),
        Kind::Switch if matches!(text, "true" | "false") => Ok(()),
        Kind::Switch => Err(format!("is true or false, not {text:?}")),
        Kind::Choice(choices) if choices.contains(&text) => Ok(()),
        Kind::Choice(choices) => Err(format!("is one of {}, not {text:?}", choices.join(", "))),
        Kind::DiscordId => match discord_id(text) {
            Some(_) => Ok(()),
            None => Err(format!(
                "is one of Discord's ids, such as 41771983423143937, not {text:?}"
            )),
        },
        Kind::DiscordIds => match discord_ids(text) {
            Some(_) => Ok(()),
            None => Err(format!(
                "is a list of Discord's ids with commas between them, such as \"41771983423143937, 80351110224678912\", not {text:?}"
            )),
        },
        Kind::Shards => ShardRange::parse(text).map(|_| ()),
        Kind::Secret => match weakness(text) {
            None => Ok(()),
            Some(weakness) => Err(format!("is not taken: {weakness}")),
        },
        Kind::BotToken => bot_token(text),
        Kind::Mnemonic => match ton::mnemonic::Mnemonic::parse(text) {
            Ok(_) => Ok(()),
            // Never the words themselves.
            Err(error) => Err(format!("is not taken: {error}")),
        },
        Kind::Tokens { may_be_zero } => lists::tokens(text, may_be_zero).map(|_| ()),
        Kind::Coins => lists::tokens(text, true).map(|_| ()),
        Kind::Achievements => lists::achievements(text).map(|_| ()),
        Kind::Items => lists::items(text).map(|_| ()),
        Kind::StarsPrices => lists::stars(text).map(|_| ()),
        Kind::TonAddress => lists::address(text).map(|_| ()),
        Kind::Collections => lists::collections(text).map(|_| ()),
    }
}

pub(super) fn discord_id(text: &str) -> Option<u64> {
    let digits = text.chars().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|id| *id > 0 && digits)
}

/// Nothing is an empty list.
pub(super) fn discord_ids(text: &str) -> Option<Vec<u64>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(',').map(|id| discord_id(id.trim())).collect()
}

/// As in Telegram's documentation; everybody knows it (<https://core.telegram.org/bots/api#authorizing-your-bot>).
const DOCUMENTED: &str = "ABC-DEF1234ghIkl-zyx57W2v1u123ew11";

fn bot_token(text: &str) -> Result<(), String> {
    let (id, secret) = text.split_once(':').unwrap_or_default();
    let numbered = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if secret == DOCUMENTED {
        Err(
            "is not taken: it is the one in Telegram's documentation; @BotFather gives yours"
                .into(),
        )
    } else if numbered && secret.len() >= 20 && secret.bytes().all(known) {
        Ok(())
    } else {
        Err("is not taken: a bot's token is a number, a colon and at least 20 letters and digits, as @BotFather writes it".into())
    }
}

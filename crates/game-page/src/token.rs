use serde_json::{Value, json};

use crate::{
    replies,
    settings::{Settings, Token},
};

/// The jetton's metadata (TEP-64, <https://github.com/ton-blockchain/TEPs/blob/master/text/0064-token-data-standard.md>).
pub(crate) fn metadata(settings: &Settings, token: &Token, origin: &str) -> Value {
    json!({
        "name": token.name,
        "symbol": token.symbol,
        // TEP-64 has it as text.
        "decimals": token.decimals.to_string(),
        "description": replies::token_description(&settings.name),
        "image": format!("{origin}/game/token.png"),
    })
}

use serde_json::{Value, json};

use crate::settings::Settings;

/// How the game introduces itself to wallets
/// (<https://docs.ton.org/ecosystem/ton-connect/manifest>). A wallet's proof names the domain of `url`.
pub(crate) fn manifest(settings: &Settings, origin: &str) -> Value {
    json!({
        "url": format!("{origin}/game/"),
        "name": settings.name,
        "iconUrl": format!("{origin}/game/icon.png"),
    })
}

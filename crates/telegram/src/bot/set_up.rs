//! What the bot says about itself when it starts.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{ApiError, Context, command::Verb, replies};

/// How long until it is tried again when Telegram does not answer.
const AGAIN: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Me {
    pub username: String,
}

/// Goes on until Telegram has heard it: without its own name the bot cannot tell which commands are for it.
pub(super) async fn run(ctx: &Context) -> Me {
    loop {
        match tell(ctx).await {
            Ok(me) => return me,
            Err(error) => tracing::error!(%error, "the bot cannot introduce itself to Telegram"),
        }
        sleep(AGAIN).await;
    }
}

async fn tell(ctx: &Context) -> Result<Me, ApiError> {
    let me: Me = ctx.api.call("getMe", json!({})).await?;
    ctx.heard_name(&me.username);
    let commands =
        Verb::ALL.map(|verb| json!({ "command": verb.name(), "description": verb.description() }));
    let _: bool = ctx
        .api
        .call("setMyCommands", json!({ "commands": commands }))
        .await?;
    menu_button(ctx).await?;
    Ok(me)
}

async fn menu_button(ctx: &Context) -> Result<(), ApiError> {
    let url = &ctx.config.game_url;
    if !url.starts_with("https://") {
        tracing::info!(
            url,
            "Telegram opens games with https only: there is no menu button"
        );
        return Ok(());
    }
    let button = json!({ "menu_button": {
        "type": "web_app",
        "text": replies::PLAY,
        "web_app": { "url": url },
    }});
    // A button that Telegram does not take is no reason to have no bot.
    match ctx.api.call::<Value>("setChatMenuButton", button).await {
        Err(error) if !error.is_temporary() => {
            tracing::error!(%error, "the game has no menu button");
        }
        told => drop(told?),
    }
    Ok(())
}

use std::time::Duration;

use super::Check;
use crate::config::{Config, TelegramConfig};

pub(super) async fn telegram(config: &Config) -> Vec<Check> {
    let Some(telegram) = &config.telegram else {
        return vec![Check::ok("telegram", "not configured")];
    };
    match call(telegram, "getMe").await {
        Err(error) => vec![Check::warn(
            "telegram",
            format!("does not answer: {error}"),
            "Look whether this machine reaches api.telegram.org by HTTPS, or `telegram.api_url`.",
        )],
        Ok(me) if me["ok"] == true => {
            let name = me["result"]["username"].as_str().unwrap_or("a bot");
            let mut checks = vec![Check::ok("telegram token", format!("belongs to @{name}"))];
            checks.push(webhook(telegram).await);
            checks.extend(game_url(telegram));
            checks
        }
        Ok(refused) => vec![Check::fail(
            "telegram token",
            format!("Telegram does not accept it ({})", refused["error_code"]),
            "Ask @BotFather for the token (/token), and put it into the configuration.",
        )],
    }
}

/// An answer of the Bot API, also one that refuses. Errors never have the URL, which has the token in it.
async fn call(telegram: &TelegramConfig, method: &str) -> Result<serde_json::Value, String> {
    let base = telegram.api_url.as_deref();
    let url = format!(
        "{}/bot{}/{method}",
        base.unwrap_or("https://api.telegram.org"),
        telegram.bot_token.expose()
    );
    let client = crate::http_client::client(Duration::from_secs(10))?;
    let failed = |error: reqwest::Error| error.without_url().to_string();
    let answer = client.post(url).send().await.map_err(failed)?;
    let body = answer.bytes().await.map_err(failed)?;
    serde_json::from_slice(&body).map_err(|_| "what came is no JSON".to_owned())
}

async fn webhook(telegram: &TelegramConfig) -> Check {
    let info = match call(telegram, "getWebhookInfo").await {
        Ok(info) => info,
        Err(error) => return Check::warn("telegram webhook", error, "Try again later."),
    };
    let there = info["result"]["url"].as_str().unwrap_or_default();
    let late = info["result"]["pending_update_count"].as_u64().unwrap_or(0);
    let advice = "`scrip serve` sets it when it starts: look whether it runs, and at its log.";
    match &telegram.webhook_url {
        None if there.is_empty() => Check::ok("telegram updates", "asked for by the bot"),
        None => Check::warn("telegram updates", "another program has a webhook", advice),
        Some(ours) if !there.starts_with(ours.as_str()) => {
            Check::warn("telegram webhook", "is not set to this server", advice)
        }
        Some(_) if late > 100 => Check::warn(
            "telegram webhook",
            format!("{late} updates wait"),
            "Look whether Telegram reaches `telegram.webhook_url` from outside.",
        ),
        Some(_) => Check::ok("telegram webhook", format!("set, {late} updates wait")),
    }
}

fn game_url(telegram: &TelegramConfig) -> Option<Check> {
    let without = telegram.game_url.is_none();
    without.then(|| {
        Check::warn(
            "telegram game",
            "`telegram.game_url` is not given",
            "Without it the bot has no button that opens the game, and wallets cannot be bound.",
        )
    })
}

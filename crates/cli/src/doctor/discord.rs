use std::time::Duration;

use super::Check;
use crate::config::{Config, DiscordConfig};

/// Flags of an application that say whether it may see all members
/// (<https://discord.com/developers/docs/resources/application#application-object-application-flags>).
const GATEWAY_GUILD_MEMBERS: u64 = 1 << 14;
const GATEWAY_GUILD_MEMBERS_LIMITED: u64 = 1 << 15;

pub(super) async fn discord(config: &Config) -> Vec<Check> {
    let Some(discord) = &config.discord else {
        return vec![Check::ok("discord", "not configured")];
    };
    match application(discord).await {
        Ok(answer) => judged(answer),
        Err(error) => vec![Check::warn(
            "discord",
            format!("does not answer: {error}"),
            "Look whether this machine reaches discord.com by HTTPS.",
        )],
    }
}

enum Answer {
    Application { name: String, flags: u64 },
    Refused(u16),
}

async fn application(discord: &DiscordConfig) -> Result<Answer, String> {
    let base = discord.rest_url.as_deref().unwrap_or("https://discord.com");
    let url = format!("{}/api/v10/applications/@me", base.trim_end_matches('/'));
    let client = crate::http_client::client(Duration::from_secs(10))?;
    let request = client
        .get(url)
        .header("Authorization", format!("Bot {}", discord.token.expose()))
        .header(
            "User-Agent",
            concat!("DiscordBot (scrip, ", env!("CARGO_PKG_VERSION"), ")"),
        );
    let response = request
        .send()
        .await
        .map_err(|error| error.without_url().to_string())?;
    if !response.status().is_success() {
        return Ok(Answer::Refused(response.status().as_u16()));
    }
    let body = response
        .bytes()
        .await
        .map_err(|error| error.without_url().to_string())?;
    let body: serde_json::Value =
        serde_json::from_slice(&body).map_err(|_| "what came is no JSON".to_owned())?;
    Ok(Answer::Application {
        name: body["name"].as_str().unwrap_or("without a name").to_owned(),
        flags: body["flags"].as_u64().unwrap_or(0),
    })
}

fn judged(answer: Answer) -> Vec<Check> {
    match answer {
        Answer::Refused(401) => vec![Check::fail(
            "discord token",
            "Discord does not accept it",
            "Reset it on the application's page, \"Bot\", and put the new one into the configuration.",
        )],
        Answer::Refused(status) => vec![Check::warn(
            "discord token",
            format!("Discord answered {status}"),
            "Try again later.",
        )],
        Answer::Application { name, flags } => {
            let sees = flags & (GATEWAY_GUILD_MEMBERS | GATEWAY_GUILD_MEMBERS_LIMITED) != 0;
            let intent = if sees {
                Check::ok("discord intents", "members: on")
            } else {
                Check::warn(
                    "discord intents",
                    "members: off",
                    "Leaderboards show only those whom the bot has met. Turn on \"Server Members Intent\" on the application's page, \"Bot\".",
                )
            };
            vec![
                Check::ok("discord token", format!("belongs to {name}")),
                intent,
            ]
        }
    }
}

//! The game, its bot and its chain, as the program uses them. Values were checked when they were read.

use std::time::Duration;

use ledger::{AchievementId, ItemId};
use settlement::init::Network;
use telegram::bot::Rail;

use super::{
    Hidden, Resolved,
    lists::{self, AchievementSetting, ItemSetting},
};

#[derive(Debug, Clone)]
pub(crate) struct TelegramConfig {
    pub(crate) bot_token: Hidden,
    pub(crate) api_url: Option<String>,
    pub(crate) game_url: Option<String>,
    /// Without a slash at its end; none for long polling.
    pub(crate) webhook_url: Option<String>,
    pub(crate) init_data_max_age_secs: u32,
    pub(crate) proof_domain: Option<String>,
    pub(crate) prove_runs: bool,
    pub(crate) support: Option<String>,
}

/// Amounts are decimal text: only the ledger knows the token's decimals.
#[derive(Debug, Clone)]
pub(crate) struct GameConfig {
    pub(crate) per_game: String,
    pub(crate) per_step: String,
    pub(crate) step: u32,
    pub(crate) run_ceiling: String,
    pub(crate) day_ceiling: String,
    pub(crate) achievements: Vec<AchievementSetting>,
    pub(crate) items: Vec<ItemSetting>,
    pub(crate) rail: Rail,
    pub(crate) stars: Vec<(ItemId, u32)>,
}

#[derive(Debug, Clone)]
pub(crate) struct TonConfig {
    /// Whether rewards are sent: there is a mnemonic, and nobody turned it off.
    pub(crate) enabled: bool,
    pub(crate) network: Network,
    pub(crate) api_url: String,
    pub(crate) api_key: Option<Hidden>,
    pub(crate) api_rate: u32,
    pub(crate) mnemonic: Option<Hidden>,
    /// By name or id.
    pub(crate) token: Option<String>,
    pub(crate) minter: Option<ton::Address>,
    pub(crate) collections: Vec<(AchievementId, ton::Address)>,
    pub(crate) coin_symbol: String,
    pub(crate) debounce: Duration,
    pub(crate) batch_actions: u32,
    pub(crate) max_age: Duration,
    pub(crate) poll: Duration,
    pub(crate) in_flight: u32,
    /// In nanoton.
    pub(crate) low_balance: u128,
}

const fn default_url(network: Network) -> &'static str {
    match network {
        Network::Mainnet => "https://toncenter.com",
        Network::Testnet => "https://testnet.toncenter.com",
        Network::Sandbox => "http://127.0.0.1:8081",
    }
}

/// What toncenter.com allows (<https://docs.ton.org/ecosystem/api/toncenter/rate-limit>).
const fn default_rate(network: Network, with_key: bool) -> u32 {
    match network {
        Network::Sandbox => 1_000,
        Network::Mainnet | Network::Testnet if with_key => 10,
        Network::Mainnet | Network::Testnet => 1,
    }
}

fn given(resolved: &Resolved, key: &str) -> Option<String> {
    Some(resolved.text(key).to_owned()).filter(|text| !text.is_empty())
}

fn url(resolved: &Resolved, key: &str) -> Option<String> {
    given(resolved, key).map(|url| url.trim_end_matches('/').to_owned())
}

fn number(resolved: &Resolved, key: &str) -> u32 {
    let number = resolved.text(key).parse();
    number.expect("numbers are checked when they are read")
}

fn seconds(resolved: &Resolved, key: &str) -> Duration {
    Duration::from_secs(number(resolved, key).into())
}

/// None when the bot and the game server do not run.
pub(super) fn telegram(resolved: &Resolved) -> Option<TelegramConfig> {
    let bot_token = Hidden::given(resolved.text("telegram.bot_token"))?;
    if resolved.text("telegram.enabled") == "false" {
        return None;
    }
    // With the slash at its end, if it has one: a page's address without it is another.
    let game_url = given(resolved, "telegram.game_url");
    let of_game = game_url.as_deref().and_then(host).map(str::to_owned);
    Some(TelegramConfig {
        bot_token,
        api_url: url(resolved, "telegram.api_url"),
        webhook_url: url(resolved, "telegram.webhook_url"),
        init_data_max_age_secs: number(resolved, "telegram.init_data_max_age_secs"),
        proof_domain: given(resolved, "telegram.proof_domain").or(of_game),
        prove_runs: resolved.text("telegram.prove_runs") == "true",
        support: given(resolved, "telegram.support"),
        game_url,
    })
}

pub(super) fn game(resolved: &Resolved) -> GameConfig {
    let text = |key: &str| resolved.text(key).to_owned();
    GameConfig {
        per_game: text("game.per_game"),
        per_step: text("game.per_step"),
        step: number(resolved, "game.step"),
        run_ceiling: text("game.run_ceiling"),
        day_ceiling: text("game.day_ceiling"),
        achievements: lists::achievements(resolved.text("game.achievements")).unwrap_or_default(),
        items: lists::items(resolved.text("game.items")).unwrap_or_default(),
        rail: Rail::parse(resolved.text("game.rail")).unwrap_or(Rail::Jetton),
        stars: lists::stars(resolved.text("game.stars")).unwrap_or_default(),
    }
}

pub(super) fn ton(resolved: &Resolved) -> TonConfig {
    let network = Network::parse(resolved.text("ton.network")).unwrap_or(Network::Testnet);
    let mnemonic = Hidden::given(resolved.text("ton.mnemonic"));
    let api_key = Hidden::given(resolved.text("ton.api_key"));
    let rate = resolved.text("ton.api_rate").parse();
    let collections = lists::collections(resolved.text("ton.collections")).unwrap_or_default();
    let minter = lists::address(resolved.text("ton.minter"));
    // Nine decimals: its minor units are nanotons.
    let low_balance = lists::tokens(resolved.text("ton.low_balance"), true);
    TonConfig {
        enabled: mnemonic.is_some() && resolved.text("ton.enabled") != "false",
        network,
        api_url: url(resolved, "ton.api_url").unwrap_or_else(|| default_url(network).into()),
        api_rate: rate.unwrap_or_else(|_| default_rate(network, api_key.is_some())),
        api_key,
        mnemonic,
        token: given(resolved, "ton.token"),
        minter: minter.ok().map(|parsed| parsed.address),
        collections: collections
            .into_iter()
            .map(|(id, parsed)| (id, parsed.address))
            .collect(),
        coin_symbol: resolved.text("ton.coin_symbol").to_owned(),
        debounce: seconds(resolved, "ton.debounce_secs"),
        batch_actions: number(resolved, "ton.batch_actions"),
        max_age: seconds(resolved, "ton.max_age_secs"),
        poll: Duration::from_millis(number(resolved, "ton.poll_ms").into()),
        in_flight: number(resolved, "ton.in_flight"),
        low_balance: low_balance.map_or(0, |amount| amount.get().unsigned_abs().into()),
    }
}

/// `game.example` of `https://game.example:8443/flap`; a wallet's proof names the domain without its port.
fn host(url: &str) -> Option<&str> {
    let behind = url.split_once("://")?.1;
    let authority = behind.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    Some(host.split(':').next().unwrap_or(host)).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proofs_domain_is_that_of_the_game() {
        let check = |url: &str, expect: Option<&str>| assert_eq!(host(url), expect, "{url}");
        check("https://game.example", Some("game.example"));
        check("https://game.example:8443/flap?x#y", Some("game.example"));
        check("http://127.0.0.1:8080/", Some("127.0.0.1"));
        check("game.example", None);
    }
}

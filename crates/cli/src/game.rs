//! The game, its bot and its chain, as the configuration puts them together.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use app::{App, origin::Gates};
use economy::{AchievementRule, GameRules};
use ledger::{AchievementId, Amount, Currency, ItemId, TonAddress};
use settlement::{Settlement, init};
use telegram::{
    BotToken,
    bot::{self, Bot, Rail},
    server,
};
use ton::{
    KeyPair,
    mnemonic::Mnemonic,
    toncenter::{Client, ClientConfig},
};

use crate::{
    config::{Config, GameConfig, Hidden, TelegramConfig, TonConfig},
    http_client, replies,
    trouble::Trouble,
};

/// For one request to the chain's server.
const CHAIN_PATIENCE: Duration = Duration::from_secs(20);
/// Telegram keeps a long poll open for up to 50 seconds.
const TELEGRAM_PATIENCE: Duration = Duration::from_secs(90);
const TELEGRAM: &str = "https://api.telegram.org";

/// # Errors
/// When no client can be made on this machine.
pub(crate) fn client(ton: &TonConfig) -> Result<Client, Trouble> {
    let sandbox = ton.network == init::Network::Sandbox;
    let rate = NonZeroU32::new(ton.api_rate).filter(|_| !sandbox);
    Client::new(ClientConfig {
        base_url: ton.api_url.clone(),
        api_key: ton.api_key.as_ref().map(|key| key.expose().to_owned()),
        requests_per_second: rate,
        timeout: CHAIN_PATIENCE,
    })
    .map_err(|error| replies::chain_error(&error))
}

/// The wallet's keys, from its words. Takes a tenth of a second.
///
/// # Errors
/// When they are no words of a wallet.
pub(crate) fn keys(mnemonic: &Hidden) -> Result<KeyPair, Trouble> {
    let words = Mnemonic::parse(mnemonic.expose());
    let words = words.map_err(|error| Trouble::input(format!("`ton.mnemonic`: {error}.")))?;
    Ok(words.key_pair())
}

/// The currency that the jetton stands for.
///
/// # Errors
/// When there is none, or none of this name.
pub(crate) async fn token(app: &App, ton: &TonConfig) -> Result<Currency, Trouble> {
    let named = ton.token.as_deref().ok_or_else(|| {
        Trouble::input(
            "`ton.token` is not given: the game pays in a currency of the ledger. `scrip ton init` makes one.",
        )
    })?;
    let all = app.store().currencies().await;
    let all = all.map_err(|error| replies::store_error(&error))?;
    let mut found = all.into_iter().filter(|currency| {
        currency.id.to_string() == named || currency.name.as_str().eq_ignore_ascii_case(named)
    });
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Trouble::input(format!(
            "`ton.token` names the currency {named:?}, and there is none. `scrip ton init` makes it, and `scrip currency list` shows all."
        ))),
        (Some(_), Some(_)) => Err(Trouble::input(format!(
            "`ton.token` names the currency {named:?}, and there are several. Name it by its id: `scrip currency list` shows them."
        ))),
    }
}

fn amount(key: &str, text: &str, token: &Currency) -> Result<Amount, Trouble> {
    let amount = Amount::parse(text, token.decimals);
    amount.map_err(|error| {
        Trouble::input(format!(
            "`{key}` has {text:?}, which is no amount of {}: {error}.",
            token.name
        ))
    })
}

/// # Errors
/// When an amount has more decimals than the token.
pub(crate) fn rules(game: &GameConfig, token: &Currency) -> Result<GameRules, Trouble> {
    let achievements = game.achievements.iter().map(|one| AchievementRule {
        achievement: one.id,
        plays: one.plays,
    });
    Ok(GameRules {
        per_game: amount("game.per_game", &game.per_game, token)?,
        per_step: amount("game.per_step", &game.per_step, token)?,
        step: game.step,
        run_ceiling: amount("game.run_ceiling", &game.run_ceiling, token)?,
        day_ceiling: amount("game.day_ceiling", &game.day_ceiling, token)?,
        achievements: achievements.collect(),
    })
}

fn achievement_names(game: &GameConfig) -> BTreeMap<AchievementId, String> {
    let achievements = game.achievements.iter();
    achievements.map(|one| (one.id, one.name.clone())).collect()
}

fn prices(game: &GameConfig, token: &Currency) -> Result<BTreeMap<ItemId, Amount>, Trouble> {
    let priced = game.items.iter();
    priced
        .map(|item| Ok((item.id, amount("game.items", &item.price, token)?)))
        .collect()
}

fn stars(game: &GameConfig, item: ItemId) -> Option<u32> {
    let priced = game.stars.iter().find(|(id, _)| *id == item);
    priced.map(|(_, stars)| *stars)
}

/// What the shop sells, for what it takes.
fn items(game: &GameConfig, prices: &BTreeMap<ItemId, Amount>) -> Vec<server::Item> {
    let sold = game.items.iter().filter(|_| game.rail != Rail::Off);
    let item = sold.map(|item| server::Item {
        id: item.id,
        name: item.name.clone(),
        price: prices
            .get(&item.id)
            .copied()
            .filter(|_| game.rail == Rail::Jetton),
        stars: stars(game, item.id).filter(|_| game.rail == Rail::Stars),
    });
    item.collect()
}

/// What takes rewards to the chain and purchases from it; none when the configuration does not have it.
///
/// # Errors
/// What is missing or wrong.
pub(crate) async fn settlement(
    config: &Config,
    app: &App,
    gates: &Gates,
) -> Result<Option<Settlement>, Trouble> {
    let ton = &config.ton;
    let (Some(mnemonic), Some(minter), true) = (&ton.mnemonic, &ton.minter, ton.enabled) else {
        return Ok(None);
    };
    let token = token(app, ton).await?;
    let keys = keys(mnemonic)?;
    let wallet = init::wallet(&keys);
    let mut settings =
        settlement::Config::new(client(ton)?, keys, wallet, minter.clone(), token.id);
    settings.collections = ton.collections.iter().cloned().collect();
    if config.game.rail == Rail::Jetton {
        settings.items = prices(&config.game, &token)?;
    }
    settings.debounce = ton.debounce;
    settings.batch_actions = ton.batch_actions;
    settings.max_age = ton.max_age;
    settings.poll = ton.poll;
    settings.in_flight = usize::try_from(ton.in_flight).unwrap_or(1);
    settings.low_balance = ton.low_balance;
    Ok(Some(Settlement::new(
        settings,
        app.clone(),
        gates.job.clone(),
    )))
}

/// The bot; none without a token, or where it was turned off.
///
/// # Errors
/// When its token is none, or no client can be made on this machine.
pub(crate) fn bot(config: &Config, app: &App, gates: &Gates) -> Result<Option<Bot>, Trouble> {
    let Some(given) = &config.telegram else {
        return Ok(None);
    };
    let http = http_client::client(TELEGRAM_PATIENCE);
    let settings = bot::Config {
        token: bot_token(given)?,
        api_url: given.api_url.clone().unwrap_or_else(|| TELEGRAM.into()),
        game_url: given.game_url.clone().unwrap_or_default(),
        webhook: given.webhook_url.clone(),
        items: items(&config.game, &BTreeMap::new()),
        rail: config.game.rail,
        support: given.support.clone(),
        testnet: config.ton.network != init::Network::Mainnet,
        http: http.map_err(Trouble::failed)?,
    };
    Ok(Some(Bot::new(
        settings,
        app.clone(),
        gates.telegram.clone(),
    )))
}

fn bot_token(given: &TelegramConfig) -> Result<BotToken, Trouble> {
    let token = BotToken::parse(given.bot_token.expose());
    token.map_err(|error| Trouble::input(format!("`telegram.bot_token`: {error}.")))
}

/// What the game's requests are answered with; none where the game does not run.
///
/// # Errors
/// What is missing or wrong.
pub(crate) async fn server(config: &Config, app: &App) -> Result<Option<server::Config>, Trouble> {
    let Some(given) = &config.telegram else {
        return Ok(None);
    };
    let token = token(app, &config.ton).await?;
    let game = &config.game;
    let mut settings = server::Config::new(bot_token(given)?, token.id, rules(game, &token)?);
    let prices = prices(game, &token)?;
    settings.items = items(game, &prices);
    settings.achievement_names = achievement_names(game);
    settings.init_data_max_age_secs = given.init_data_max_age_secs;
    settings.prove_runs = given.prove_runs;
    settings.proof_domain = given.proof_domain.clone().unwrap_or_default();
    settings.game_origin = given.game_url.as_deref().and_then(origin);
    settings.chain = chain(&config.ton)?;
    Ok(Some(settings))
}

/// What the game's page says of itself to wallets and explorers.
///
/// # Errors
/// When the configuration does not fit the ledger.
pub(crate) async fn page(config: &Config, app: &App) -> Result<game_page::Settings, Trouble> {
    let mut page = game_page::Settings::new(game_page::Page::Telegram);
    let Some(given) = &config.telegram else {
        return Ok(page);
    };
    page.public_url = given.game_url.as_deref().and_then(origin);
    let token = token(app, &config.ton).await?;
    let name = token.name.to_string();
    page.token = config.ton.minter.is_some().then(|| game_page::Token {
        symbol: token.symbol.unwrap_or_else(|| name.to_uppercase()),
        name,
        decimals: token.decimals.get(),
    });
    let achievements = config.game.achievements.iter();
    page.achievements = achievements
        .map(|one| game_page::Achievement {
            id: one.id.get(),
            name: one.name.clone(),
            plays: one.plays,
        })
        .collect();
    Ok(page)
}

/// What players' wallets have to know of the chain; none before it is set up.
fn chain(ton: &TonConfig) -> Result<Option<server::Chain>, Trouble> {
    let (Some(mnemonic), Some(minter)) = (&ton.mnemonic, &ton.minter) else {
        return Ok(None);
    };
    let shop = init::wallet(&keys(mnemonic)?).address().clone();
    Ok(Some(server::Chain {
        network: match ton.network {
            init::Network::Mainnet => server::Network::Mainnet,
            init::Network::Testnet => server::Network::Testnet,
            init::Network::Sandbox => server::Network::Sandbox,
        },
        minter: kept(minter),
        shop: kept(&shop),
        coin_symbol: ton.coin_symbol.clone(),
        client: Some(client(ton)?),
    }))
}

/// The ledger's form of a chain's address.
pub(crate) fn kept(address: &ton::Address) -> TonAddress {
    TonAddress::new(address.workchain, address.address.0)
}

/// Scheme, host and port of a URL.
fn origin(url: &str) -> Option<String> {
    let (scheme, behind) = url.split_once("://")?;
    let authority = behind.split(['/', '?', '#']).next()?;
    Some(format!("{scheme}://{authority}"))
}

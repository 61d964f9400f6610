use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use economy::GameRules;
use ledger::{AchievementId, Amount, CurrencyId, ItemId, TonAddress};

use crate::{BotToken, bot::Invoices};

/// What the game's server is set up with.
#[derive(Debug, Clone)]
pub struct Config {
    pub bot_token: BotToken,
    /// The bot's user name, once it is known: for links to it.
    pub bot_name: Arc<OnceLock<String>>,
    /// How old init data may be.
    pub init_data_max_age_secs: u32,
    /// The currency that the game earns.
    pub token: CurrencyId,
    pub rules: GameRules,
    /// What the achievements of the rules are called.
    pub achievement_names: BTreeMap<AchievementId, String>,
    pub items: Vec<Item>,
    /// Whether a score counts only with the flaps that give it. Where it does not have to, the rules' ceilings are what holds.
    pub prove_runs: bool,
    /// How long after its beginning a run may be handed in.
    pub run_max_age_secs: u32,
    /// The domain that wallets sign for: the one that the game is served from.
    pub proof_domain: String,
    /// How long a wallet has time to sign.
    pub proof_max_age_secs: u32,
    /// The chain that tokens live on; without one there are no wallets and nothing is sold for tokens.
    pub chain: Option<Chain>,
    /// Where the game is served from, such as `https://game.example`, if not from here: its pages may call this server.
    pub game_origin: Option<String>,
    /// Where items are sold for Stars: the bot's.
    pub invoices: Option<Invoices>,
    /// A player's requests a minute; 0 for no limit.
    pub requests_per_minute: u32,
    /// What plays are recorded as made by.
    pub application: String,
}

/// Something that the shop sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: ItemId,
    pub name: String,
    /// In tokens; none when it is not sold for them.
    pub price: Option<Amount>,
    /// In Telegram Stars; none when it is not sold for them.
    pub stars: Option<u32>,
}

#[derive(Debug, Clone)]
pub struct Chain {
    pub network: Network,
    /// The jetton minter.
    pub minter: TonAddress,
    /// Where items are paid for.
    pub shop: TonAddress,
    /// What the chain's own coin is called.
    pub coin_symbol: String,
    /// Asked for what wallets hold, and for the key of one that does not tell it.
    pub client: Option<ton::toncenter::Client>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    Mainnet,
    Testnet,
    /// The chain that is built in; wallets take it for the testnet.
    Sandbox,
}

impl Network {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mainnet => "mainnet",
            Self::Testnet => "testnet",
            Self::Sandbox => "sandbox",
        }
    }

    /// As TON Connect writes it.
    pub const fn connect_id(self) -> &'static str {
        match self {
            Self::Mainnet => "-239",
            Self::Testnet | Self::Sandbox => "-3",
        }
    }

    pub(crate) const fn is_test(self) -> bool {
        !matches!(self, Self::Mainnet)
    }
}

impl Config {
    /// A set-up with the usual limits.
    pub fn new(bot_token: BotToken, token: CurrencyId, rules: GameRules) -> Self {
        Self {
            bot_token,
            bot_name: Arc::default(),
            init_data_max_age_secs: 3_600,
            token,
            rules,
            achievement_names: BTreeMap::new(),
            items: Vec::new(),
            prove_runs: true,
            run_max_age_secs: 24 * 3_600,
            proof_domain: String::new(),
            proof_max_age_secs: 15 * 60,
            chain: None,
            game_origin: None,
            invoices: None,
            requests_per_minute: 120,
            application: "game".into(),
        }
    }
}

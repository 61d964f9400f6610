use ledger::ItemId;

use crate::{BotToken, server::Item};

/// How items are paid for. Telegram's terms ask for Stars where digital goods are sold: the operator decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rail {
    /// With the game's token, by a transfer on the chain.
    Jetton,
    /// With Telegram Stars.
    Stars,
    /// Nothing is sold.
    Off,
}

impl Rail {
    pub const ALL: [Rail; 3] = [Rail::Jetton, Rail::Stars, Rail::Off];

    pub const fn as_str(self) -> &'static str {
        match self {
            Rail::Jetton => "jetton",
            Rail::Stars => "stars",
            Rail::Off => "off",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rail| rail.as_str() == text)
    }
}

#[derive(Debug, Clone)]
pub struct Config {
    pub token: BotToken,
    /// Without the token, such as `https://api.telegram.org`.
    pub api_url: String,
    /// Where the game is; Telegram opens https alone.
    pub game_url: String,
    /// What the program can be reached by from outside, for a webhook; without it the bot polls.
    pub webhook: Option<String>,
    /// Those that the game's server has. A name is the title of an invoice: at most 32 characters of it are shown.
    pub items: Vec<Item>,
    pub rail: Rail,
    /// Whom to ask about a payment, such as `@somebody` or an address; shown by `/paysupport`.
    pub support: Option<String>,
    /// Forms of addresses differ between TON's networks.
    pub testnet: bool,
    /// With TLS as the program wants it, and without redirects.
    pub http: reqwest::Client,
}

impl Config {
    pub(crate) fn item(&self, id: ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }
}

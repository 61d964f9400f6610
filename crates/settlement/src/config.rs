use std::{collections::BTreeMap, time::Duration};

use ledger::{AchievementId, Amount, CurrencyId, ItemId};
use ton::{Address, KeyPair, highload::HighloadWallet, toncenter::Client as ChainClient};

use crate::{AfterStep, DueSettings};

#[derive(Debug)]
pub struct Config {
    pub client: ChainClient,
    pub keys: KeyPair,
    /// Sends rewards and refunds, and is the address that the shop is paid at.
    pub wallet: HighloadWallet,
    pub minter: Address,
    /// An item's metadata is at its collection's prefix and `<achievement>.json`.
    /// The address of each achievement's collection, which the wallet owns.
    pub collections: BTreeMap<AchievementId, Address>,
    /// The currency whose amounts are the jetton's, unit for unit.
    pub token: CurrencyId,
    pub items: BTreeMap<ItemId, Amount>,
    /// See [`DueSettings`].
    pub debounce: Duration,
    /// At most [`Config::ACTIONS_MOST`].
    pub batch_actions: u32,
    pub max_age: Duration,
    /// How often the chain is asked for what is waited for.
    pub poll: Duration,
    /// A message whose landing is not seen is sent again after this, then after twice as long, up to [`Config::RESEND_MOST`].
    pub resend: Duration,
    /// How many batches are on their way at once.
    pub in_flight: usize,
    /// In nanoton: what the wallet keeps beyond what a batch needs. Below it the alarm is raised and the queue waits.
    pub low_balance: u128,
    pub after_step: AfterStep,
}

impl Config {
    /// Of 254 actions that one message can have (the limit of the TVM's action list), 250 have been tried.
    pub const ACTIONS_MOST: u32 = 250;
    /// As many as a collection's gas is enough for: `ton::sbt::ITEMS_MOST`.
    pub const ITEMS_MOST: u32 = 100;
    pub const RESEND_MOST: Duration = Duration::from_secs(60);

    /// With the usual times and sizes.
    pub fn new(
        client: ChainClient,
        keys: KeyPair,
        wallet: HighloadWallet,
        minter: Address,
        token: CurrencyId,
    ) -> Self {
        Self {
            client,
            keys,
            wallet,
            minter,
            collections: BTreeMap::new(),
            token,
            items: BTreeMap::new(),
            debounce: Duration::from_secs(5),
            batch_actions: 100,
            max_age: Duration::from_secs(60),
            poll: Duration::from_secs(1),
            resend: Duration::from_secs(5),
            in_flight: 1,
            low_balance: 1_000_000_000,
            after_step: AfterStep::default(),
        }
    }

    pub(crate) fn due_settings(&self) -> DueSettings {
        DueSettings {
            debounce_ms: millis(self.debounce),
            actions: self.batch_actions.into(),
            max_age_ms: millis(self.max_age),
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

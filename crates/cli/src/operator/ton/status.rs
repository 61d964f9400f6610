use app::{BatchRecord, RewardTally};
use serde::{Deserialize, Serialize};
use settlement::{Settlement, Status, SupplyCheck};

use super::{
    super::{Operator, Tell},
    age_secs,
};
use crate::{game, money, replies, trouble::Trouble};

/// Nine decimals, as nanotons are written.
const COIN_DIGITS: u8 = 9;
/// How many payments with Stars are counted.
const STARS_MOST: usize = 1_000;

/// How far rewards and purchases are, in the ledger and on the chain.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TonStatusOrder {}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TonStatus {
    pub(crate) network: String,
    /// Whether this process, or the server that answers, does the work.
    pub(crate) running: bool,
    /// As people of this network write it.
    pub(crate) wallet: String,
    /// In coins.
    pub(crate) balance: String,
    pub(crate) coin: String,
    pub(crate) low_funds: Option<LowFundsShown>,
    /// One line for each state of a reward.
    pub(crate) rewards: Vec<StateLine>,
    /// Of those that wait, those of players without a wallet.
    pub(crate) without_wallet: u64,
    /// Batches that have not ended, oldest first.
    pub(crate) batches: Vec<BatchLine>,
    pub(crate) cursor_lt: Option<String>,
    pub(crate) newest_lt: String,
    pub(crate) caught_up: bool,
    pub(crate) deposits_held: usize,
    pub(crate) stars_owed: usize,
    pub(crate) supply: TokenSupply,
    /// What stands in the way now.
    pub(crate) trouble: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LowFundsShown {
    /// In coins.
    pub(crate) there: String,
    pub(crate) needed: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StateLine {
    pub(crate) state: String,
    pub(crate) count: u64,
    pub(crate) oldest_secs: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BatchLine {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) rewards: u32,
    pub(crate) age_secs: i64,
    pub(crate) sends: u32,
    /// The normalised hash of its message, in hexadecimal.
    pub(crate) message: Option<String>,
    /// From this chain time on it can never land, in seconds since the Unix epoch.
    pub(crate) expires_at: Option<u32>,
    /// The wallet's transaction that took it.
    pub(crate) transaction: Option<String>,
}

/// The token on both sides, in its decimals.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TokenSupply {
    pub(crate) currency: String,
    /// Issued in the ledger.
    pub(crate) ledger: String,
    /// Of that, promised and not seen on the chain yet, held, or on its way back.
    pub(crate) on_the_way: String,
    /// Issued by the jetton's minter.
    pub(crate) chain: String,
    /// At the shop's jetton wallet.
    pub(crate) shop_chain: String,
    /// Of the shop in the ledger.
    pub(crate) shop_ledger: String,
}

pub(in crate::operator) async fn status(
    operator: &Operator,
    _: TonStatusOrder,
    _: &Tell,
) -> Result<TonStatus, Trouble> {
    let settlement = match &operator.settlement {
        Some(running) => running.clone(),
        None => ours(operator).await?,
    };
    let status = settlement.status().await;
    let status = status.map_err(|trouble| told(&trouble))?;
    let owed = operator.app.store().stars_owed(STARS_MOST).await;
    let owed = owed.map_err(|error| replies::store_error(&error))?;
    let mut shown = show(operator, &status).await?;
    shown.stars_owed = owed.len();
    Ok(shown)
}

/// Without a server: what the configuration names, only to look at.
async fn ours(operator: &Operator) -> Result<Settlement, Trouble> {
    let made = game::settlement(&operator.config, &operator.app, &operator.gates).await?;
    made.ok_or_else(|| {
        Trouble::input(
            "The chain is not set up: `scrip ton init` makes wallet and tokens, and prints what to put into [ton].",
        )
    })
}

fn told(trouble: &settlement::Trouble) -> Trouble {
    match trouble {
        settlement::Trouble::Chain(error) => replies::chain_error(error),
        settlement::Trouble::Store(error) => replies::store_error(error),
        other => Trouble::failed(format!("{}.", replies::capitalised(&other.to_string()))),
    }
}

async fn show(operator: &Operator, status: &Status) -> Result<TonStatus, Trouble> {
    let ton = &operator.config.ton;
    let token = game::token(&operator.app, ton).await?;
    let now_ms = operator.app.clock().now_ms();
    let wallet = ton::Address::new(status.wallet.workchain(), (*status.wallet.account()).into());
    Ok(TonStatus {
        network: ton.network.to_string(),
        running: operator.settlement.is_some(),
        wallet: ton.network.friendly(&wallet, false),
        balance: coins(status.balance),
        coin: ton.coin_symbol.clone(),
        low_funds: status.low_funds.map(|low| LowFundsShown {
            there: coins(low.balance),
            needed: coins(low.needed),
        }),
        rewards: status
            .rewards
            .iter()
            .map(|tally| state(tally, now_ms))
            .collect(),
        without_wallet: status.waiting.without_wallet,
        batches: status
            .batches
            .iter()
            .map(|one| batch(one, now_ms))
            .collect(),
        cursor_lt: status.cursor.map(|cursor| cursor.lt.to_string()),
        newest_lt: status.newest_lt.to_string(),
        caught_up: status.is_caught_up(),
        deposits_held: status.held,
        stars_owed: 0,
        supply: supply(&status.supply, &token),
        trouble: status.trouble.clone(),
    })
}

/// Nanotons as coins, without zeros at the end.
pub(crate) fn coins(nanoton: u128) -> String {
    let digits = ledger::Decimals::new(COIN_DIGITS).expect("nine decimals are allowed");
    let text = money::decimal(i128::try_from(nanoton).unwrap_or(i128::MAX), digits);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn state(tally: &RewardTally, now_ms: i64) -> StateLine {
    StateLine {
        state: tally.state.as_str().to_owned(),
        count: tally.count,
        oldest_secs: tally.oldest_ms.map(|since| age_secs(now_ms, since)),
    }
}

fn batch(batch: &BatchRecord, now_ms: i64) -> BatchLine {
    let message = batch.message.as_ref();
    BatchLine {
        id: batch.id.to_string(),
        state: batch.state.as_str().to_owned(),
        rewards: batch.rewards,
        age_secs: age_secs(now_ms, batch.formed_ms),
        sends: batch.sends,
        message: message.map(|message| message.hash.to_string()),
        expires_at: message.map(|message| message.expires_at),
        transaction: batch.landed.map(|at| at.transaction.to_string()),
    }
}

fn supply(check: &SupplyCheck, token: &ledger::Currency) -> TokenSupply {
    let decimal = |minor_units| money::decimal(minor_units, token.decimals);
    let large = |units: u128| decimal(i128::try_from(units).unwrap_or(i128::MAX));
    TokenSupply {
        currency: token.name.to_string(),
        ledger: decimal(check.ledger),
        on_the_way: decimal(check.on_the_way),
        chain: large(check.chain),
        shop_chain: large(check.shop_chain),
        shop_ledger: decimal(check.shop_ledger),
    }
}

use app::{BatchRecord, BatchState, ChainCursor, DepositFilter, RewardTally, WaitingRewards};
use economy::DepositState;
use ledger::{AccountKey, SystemRole, TonAddress};

use crate::{Settlement, Skipped, Trouble, executor, plan::plan, settlement::Inner};

/// The wallet has too little for what is to be sent, in nanoton. The queue waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LowFunds {
    pub balance: u128,
    pub needed: u128,
}

/// How everything stands, for the operator and for metrics. Any process can ask, also one that does not do the work.
#[derive(Debug, Clone)]
pub struct Status {
    /// One line for each state.
    pub rewards: Vec<RewardTally>,
    pub waiting: WaitingRewards,
    /// Batches that have not ended, oldest first.
    pub batches: Vec<BatchRecord>,
    /// The address of the wallet and the shop.
    pub wallet: TonAddress,
    /// In nanoton.
    pub balance: u128,
    pub low_funds: Option<LowFunds>,
    /// How far the shop's transactions were read; none before the first look.
    pub cursor: Option<ChainCursor>,
    /// The shop's newest transaction on the chain.
    pub newest_lt: u64,
    /// Chain time in seconds since the Unix epoch.
    pub chain_time_secs: u32,
    /// Deposits that wait for a decision; counted up to [`Status::HELD_MOST`].
    pub held: usize,
    pub skipped: Skipped,
    pub supply: SupplyCheck,
    /// What stands in the way now, in this process.
    pub trouble: Vec<String>,
}

/// Tokens on both sides, in minor units. Without anything on the way, all that was issued in the ledger is on the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupplyCheck {
    /// Issued in the ledger.
    pub ledger: i128,
    /// Of that, promised and not yet seen on the chain, and deposits that are held or on their way back.
    pub on_the_way: i128,
    /// Issued by the minter.
    pub chain: u128,
    /// At the shop's own jetton wallet.
    pub shop_chain: u128,
    /// Of the shop's holder in the ledger.
    pub shop_ledger: i128,
}

impl Status {
    pub const HELD_MOST: usize = 1_000;

    /// Whether everything that came to the shop was read.
    pub fn is_caught_up(&self) -> bool {
        self.cursor.map_or(0, |cursor| cursor.lt) >= self.newest_lt
    }
}

impl Settlement {
    /// # Errors
    /// When chain or ledger do not answer.
    pub async fn status(&self) -> Result<Status, Trouble> {
        let inner = self.inner();
        let store = inner.app.store();
        let client = &inner.config.client;
        let account = client.account(inner.config.wallet.address()).await?;
        let held = DepositFilter {
            state: Some(DepositState::Held),
            player: None,
            before_lt: None,
            limit: Status::HELD_MOST,
        };
        Ok(Status {
            rewards: store.reward_tallies().await?,
            waiting: store.rewards_waiting().await?,
            batches: inner.open_batches().await?,
            wallet: inner.shop,
            balance: account.balance,
            low_funds: inner.low_funds(account.balance).await?,
            cursor: store.chain_cursor(inner.shop).await?,
            newest_lt: account.last_lt,
            chain_time_secs: client.chain_time().await?.time_secs,
            held: store.deposits(held).await?.len(),
            skipped: inner.skipped().await?,
            supply: inner.supply_check().await?,
            trouble: inner.live().trouble.values().cloned().collect(),
        })
    }
}

impl Inner {
    async fn open_batches(&self) -> Result<Vec<BatchRecord>, Trouble> {
        let open = self.app.store().batches_open().await?;
        Ok(open.into_iter().map(|work| work.batch).collect())
    }

    /// By what waits to be sent, in whichever process that is done.
    async fn low_funds(&self, balance: u128) -> Result<Option<LowFunds>, Trouble> {
        let open = self.app.store().batches_open().await?;
        let unsent = open
            .iter()
            .filter(|work| matches!(work.batch.state, BatchState::Formed | BatchState::Signed));
        let needed = unsent
            .map(|work| {
                let rewards = executor::rewards_of(work);
                executor::cost(&plan(&rewards, &self.sendable()).parcels)
            })
            .fold(self.config.low_balance, u128::saturating_add);
        Ok((balance < needed).then_some(LowFunds { balance, needed }))
    }

    async fn supply_check(&self) -> Result<SupplyCheck, Trouble> {
        let token = self.config.token;
        let store = self.app.store();
        let supply = store.supply().await?;
        let issued = supply.iter().find(|supply| supply.currency == token);
        let promised = AccountKey::system(SystemRole::Settlement, token);
        let shop = AccountKey::holder(self.shop_holder().await?, token);
        let client = &self.config.client;
        let minter = &self.config.minter;
        let wallet = self.config.wallet.address();
        Ok(SupplyCheck {
            ledger: issued.map_or(0, |supply| supply.issued),
            on_the_way: store.balance(promised).await?.get().into(),
            chain: client.jetton_supply(minter).await?,
            shop_chain: client.jetton_balance(minter, wallet).await?,
            shop_ledger: store.balance(shop).await?.get().into(),
        })
    }
}

//! What an exchange would give, before anybody does it.

use economy::{
    AccountFact, Command, DepositFact, Exchange, Facts, HoldFact, NoteFact, PastTransaction,
    PlayerFact, ReactionFact, ReactionKey, RewardFact, StarsFact, decide,
};
use ledger::{
    AccountKey, Currency, CurrencyId, Floor, HoldId, HolderId, ItemId, NoteId, Owner, Quote, Rate,
    RewardId, RunId, Standing, StarsCharge, TelegramUserId, TonHash, TransactionId,
};

use crate::{App, HolderRecord, StoreError, WalletLine, WriteError};

impl App {
    /// What an exchange would give at this moment. Nothing moves.
    ///
    /// # Errors
    /// [`WriteError::Refused`] with what would refuse the exchange itself, or a failure of the store.
    pub async fn quote(&self, exchange: &Exchange) -> Result<(Rate, Quote), WriteError> {
        let facts = Read::of(self, exchange).await?;
        let quoted = exchange.quote(&facts)?;
        // Also what a quote does not look at: whether there is enough, and room.
        let command = Command::from(exchange.clone());
        decide(&command, &facts, self.clock().now_ms())?;
        Ok(quoted)
    }
}

/// What one exchange needs to know, read from the store.
struct Read {
    holder: Option<HolderRecord>,
    currencies: Vec<Currency>,
    rate: Option<Rate>,
    accounts: Vec<(AccountKey, AccountFact)>,
}

impl Read {
    async fn of(app: &App, exchange: &Exchange) -> Result<Self, StoreError> {
        let Exchange {
            holder, from, to, ..
        } = *exchange;
        let store = app.store();
        let record = store.holder(holder).await?;
        let standing = record
            .as_ref()
            .map_or(Standing::Open, |record| record.standing);
        let rates = store.rates().await?;
        let rate = rates.iter().find(|rate| rate.from == from && rate.to == to);
        let wallet = store.wallet(holder).await?;
        let mut accounts: Vec<(AccountKey, AccountFact)> = wallet
            .iter()
            .map(|line| own_account(holder, standing, line))
            .collect();
        for key in [AccountKey::issuance(from), AccountKey::issuance(to)] {
            let balance = store.balance(key).await?;
            let fact = AccountFact {
                balance,
                floor: key.default_floor(),
                standing: Standing::Open,
            };
            accounts.push((key, fact));
        }
        Ok(Self {
            holder: record,
            currencies: store.currencies().await?,
            rate: rate.map(|rate| rate.rate),
            accounts,
        })
    }
}

fn own_account(
    holder: HolderId,
    standing: Standing,
    line: &WalletLine,
) -> (AccountKey, AccountFact) {
    let fact = AccountFact {
        balance: line.balance,
        floor: Floor::At(line.floor),
        standing,
    };
    (AccountKey::holder(holder, line.currency), fact)
}

impl Facts for Read {
    fn currency(&self, id: CurrencyId) -> Option<&Currency> {
        self.currencies.iter().find(|currency| currency.id == id)
    }

    fn account(&self, key: AccountKey) -> Option<AccountFact> {
        if let Some((_, fact)) = self.accounts.iter().find(|(known, _)| *known == key) {
            return Some(*fact);
        }
        // Never used.
        let record = self.holder.as_ref()?;
        (key.owner == Owner::Holder(record.id)).then(|| AccountFact {
            balance: ledger::Balance::ZERO,
            floor: key.default_floor(),
            standing: record.standing,
        })
    }

    /// Only the one between the two currencies is ever asked for.
    fn rate(&self, _: CurrencyId, _: CurrencyId) -> Option<Rate> {
        self.rate
    }

    fn note(&self, _: NoteId) -> Option<&NoteFact> {
        None
    }

    fn hold(&self, _: HoldId) -> Option<&HoldFact> {
        None
    }

    fn reaction(&self, _: &ReactionKey) -> Option<&ReactionFact> {
        None
    }

    fn transaction(&self, _: TransactionId) -> Option<&PastTransaction> {
        None
    }

    fn wallet(&self, _: HolderId) -> Option<&[CurrencyId]> {
        None
    }

    // Nothing of the game is quoted.

    fn player(&self, _: TelegramUserId) -> Option<&PlayerFact> {
        None
    }

    fn run(&self, _: RunId) -> Option<TelegramUserId> {
        None
    }

    fn reward(&self, _: RewardId) -> Option<&RewardFact> {
        None
    }

    fn deposit(&self, _: TonHash) -> Option<&DepositFact> {
        None
    }

    fn owned(&self, _: TelegramUserId, _: ItemId) -> bool {
        false
    }

    fn stars(&self, _: StarsCharge) -> Option<&StarsFact> {
        None
    }
}

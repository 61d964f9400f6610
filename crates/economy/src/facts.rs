use ledger::{
    AccountKey, Amount, Balance, Currency, CurrencyId, Detail, Floor, HoldId, HolderId, Identity,
    Kind, NoteId, Rate, Standing, TransactionId,
};
use serde::{Deserialize, Serialize};

/// The name of a fact that a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactKey {
    Currency(CurrencyId),
    Account(AccountKey),
    Rate {
        from: CurrencyId,
        to: CurrencyId,
    },
    Note(NoteId),
    Hold(HoldId),
    Reaction(ReactionKey),
    Transaction(TransactionId),
    /// All of a holder's accounts that are not empty.
    Wallet(HolderId),
}

/// What is known, as one command sees it: loaded by a store, changed by the commands before it in the same batch.
///
/// `None` says that there is no such thing, or that it was not loaded: [`crate::needs`] lists what must be.
pub trait Facts {
    fn currency(&self, id: CurrencyId) -> Option<&Currency>;
    /// An account that was never used is there with a balance of zero; it is `None` when its holder or currency is unknown.
    fn account(&self, key: AccountKey) -> Option<AccountFact>;
    fn rate(&self, from: CurrencyId, to: CurrencyId) -> Option<Rate>;
    fn note(&self, id: NoteId) -> Option<&NoteFact>;
    fn hold(&self, id: HoldId) -> Option<&HoldFact>;
    fn reaction(&self, key: &ReactionKey) -> Option<&ReactionFact>;
    fn transaction(&self, id: TransactionId) -> Option<&PastTransaction>;
    fn wallet(&self, holder: HolderId) -> Option<&[CurrencyId]>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountFact {
    pub balance: Balance,
    pub floor: Floor,
    pub standing: Standing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteFact {
    pub sender: HolderId,
    pub recipient: Identity,
    pub currency: CurrencyId,
    pub amount: Amount,
    pub state: NoteState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum NoteState {
    Open,
    Redeemed { by: TransactionId },
    Revoked { by: TransactionId },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldFact {
    pub holder: HolderId,
    pub currency: CurrencyId,
    pub amount: Amount,
    pub state: HoldState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum HoldState {
    Open,
    Captured { by: TransactionId },
    Released { by: TransactionId },
}

/// One person's reaction to one message with one currency's emoji; it mints once in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReactionKey {
    /// Discord's message id.
    pub message: u64,
    pub reactor: HolderId,
    pub currency: CurrencyId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReactionFact {
    pub author: HolderId,
    pub amount: Amount,
    pub minted: TransactionId,
    pub state: ReactionState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ReactionState {
    Minted,
    /// Taken back while the author still held it.
    Burned {
        by: TransactionId,
    },
    /// Taken back when the author had spent it: the mint stays.
    Unrecoverable,
}

/// An earlier transaction, as a reversal needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTransaction {
    pub kind: Kind,
    /// Debit, credit and amount of each transfer.
    pub transfers: Vec<(AccountKey, AccountKey, Amount)>,
    pub detail: Detail,
    pub reversed_by: Option<TransactionId>,
}

use ledger::{
    AccountKey, AchievementId, Achievements, Amount, Balance, Currency, CurrencyId, Detail, Floor,
    HoldId, HolderId, Identity, ItemId, Kind, NoteId, Rate, RewardId, RunId, Standing, StarsCharge,
    TelegramUserId, TonAddress, TonHash, TransactionId,
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
    Player(TelegramUserId),
    /// Whether this run of the game was played to its end.
    Run(RunId),
    Reward(RewardId),
    /// By the transaction that told of it.
    Deposit(TonHash),
    /// Whether a player has bought an item.
    Owned(TelegramUserId, ItemId),
    Stars(StarsCharge),
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
    fn player(&self, player: TelegramUserId) -> Option<&PlayerFact>;
    /// Who played it.
    fn run(&self, run: RunId) -> Option<TelegramUserId>;
    fn reward(&self, reward: RewardId) -> Option<&RewardFact>;
    fn deposit(&self, deposit: TonHash) -> Option<&DepositFact>;
    fn owned(&self, player: TelegramUserId, item: ItemId) -> bool;
    fn stars(&self, charge: StarsCharge) -> Option<&StarsFact>;
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

/// A player of the game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlayerFact {
    pub plays: u32,
    pub high_score: u32,
    /// Where rewards go; bound once.
    pub wallet: Option<TonAddress>,
    pub achievements: Achievements,
    /// The day of the last play, in days since 1970-01-01 UTC, and what was earned on it.
    pub day: i64,
    pub day_tokens: Amount,
}

/// Something owed to somebody on a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RewardFact {
    /// None for a refund to a wallet whose owner is not known.
    pub player: Option<TelegramUserId>,
    pub owed: OwedKind,
    pub state: RewardState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwedKind {
    Tokens {
        currency: CurrencyId,
        amount: Amount,
    },
    Achievement {
        achievement: AchievementId,
    },
    /// A deposit that goes back to its sender.
    Refund {
        deposit: TonHash,
        currency: CurrencyId,
        amount: Amount,
        to: TonAddress,
    },
}

impl OwedKind {
    pub const fn money(&self) -> Option<(CurrencyId, Amount)> {
        match *self {
            OwedKind::Tokens { currency, amount }
            | OwedKind::Refund {
                currency, amount, ..
            } => Some((currency, amount)),
            OwedKind::Achievement { .. } => None,
        }
    }
}

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $state:ident $text:literal)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$of])* $state,)* }

        impl $name {
            pub const ALL: [$name; [$($text),*].len()] = [$($name::$state),*];

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$state => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$state),)* _ => None }
            }
        }
    )*};
}

states! {
    /// Each reward is in exactly one of these.
    RewardState {
        /// In the queue; for a player without a wallet until there is one.
        Waiting "waiting"
        /// Part of a batch whose message was not sent yet.
        Batched "batched"
        /// Part of a batch whose message was sent at least once.
        Sent "sent"
        /// Its own effect was seen on the chain.
        Settled "settled"
        /// It will not be sent.
        Refused "refused"
    }
    /// What became of tokens that arrived.
    DepositState {
        /// They bought something when they came.
        Bought "bought"
        /// They wait for an operator's decision.
        Held "held"
        /// They were held, and given to a purchase.
        Assigned "assigned"
        /// They are on their way back.
        Refunding "refunding"
        Refunded "refunded"
    }
    StarsState {
        Bought "bought"
        /// They bought nothing, and must be given back.
        Owed "owed"
        Refunded "refunded"
    }
}

/// Tokens that arrived at the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepositFact {
    pub token: CurrencyId,
    pub amount: Amount,
    pub sender: TonAddress,
    pub state: DepositState,
}

/// A payment with Telegram Stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StarsFact {
    pub player: TelegramUserId,
    pub item: ItemId,
    pub state: StarsState,
}

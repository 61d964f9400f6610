use serde::{Deserialize, Serialize};

use crate::{
    AccountKey, Amount, Balance, CodeSiteId, HolderId, IdSequence, ItemId, Remainder, TransactionId,
};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal $text:literal,)*) => {
        /// What a transaction was.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            pub const ALL: [Kind; [$($code),*].len()] = [$(Kind::$kind),*];

            /// The number that stores keep; it never changes.
            pub const fn code(self) -> u8 {
                match self { $(Kind::$kind => $code,)* }
            }

            pub const fn from_code(code: u8) -> Option<Kind> {
                match code { $($code => Some(Kind::$kind),)* _ => None }
            }

            pub const fn as_str(self) -> &'static str {
                match self { $(Kind::$kind => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Kind> {
                match text { $($text => Some(Kind::$kind),)* _ => None }
            }
        }
    };
}

kinds! {
    /// Issuance to a holder.
    Mint = 1 "mint",
    /// A holder back to issuance.
    Burn = 2 "burn",
    Transfer = 3 "transfer",
    /// Out of one currency over its issuance account, into another over the other's.
    Exchange = 4 "exchange",
    NoteCreated = 5 "note_created",
    NoteRedeemed = 6 "note_redeemed",
    NoteRevoked = 7 "note_revoked",
    /// A holder pays for an item.
    Purchase = 8 "purchase",
    /// Issued by a rule of a game: to a holder, or promised on a chain.
    Reward = 9 "reward",
    /// A member pays the author of a post.
    Award = 10 "award",
    HoldPlaced = 11 "hold_placed",
    HoldCaptured = 12 "hold_captured",
    HoldReleased = 13 "hold_released",
    /// The linked opposite of an earlier transaction.
    Reversal = 14 "reversal",
    /// Two holders become one: all that the one had moves to the other.
    Link = 15 "link",
    /// A promised reward was seen on its chain.
    RewardSettled = 16 "reward_settled",
    /// A promised reward goes back to issuance: it will not be sent.
    RewardRefused = 17 "reward_refused",
    /// Tokens that arrived on a chain and wait for somebody's decision.
    Deposit = 18 "deposit",
    /// Such tokens were sent back on the chain.
    DepositReturned = 19 "deposit_returned",
}

/// One row that moves a positive amount from a debit account to a credit account of the same currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    pub debit: AccountKey,
    pub credit: AccountKey,
    pub amount: Amount,
    pub debit_after: Balance,
    pub credit_after: Balance,
}

/// What a few transactions carry beside their transfers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Detail {
    /// Why, in the words of whoever asked; attackers' text.
    pub reason: Option<String>,
    /// What the caller knows it by: an order number, a message; attackers' text.
    pub reference: Option<String>,
    pub item: Option<ItemId>,
    /// Who owned the item before.
    pub item_owner: Option<HolderId>,
    /// The transaction that this one mends, or whose effect it takes back.
    pub reverses: Option<TransactionId>,
    /// What rounding an exchange down left with the issuance side, in minor units of the bought currency.
    pub remainder: Option<Remainder>,
    /// What a reversal to the floor could not take back.
    pub debt: Option<Amount>,
    /// W3C `traceparent` of the caller.
    pub traceparent: Option<String>,
    /// What the record that was made or settled with it says, so that the chain covers it: a note's recipient or id, a hold's end or id,
    /// a reaction's message and reactor.
    pub about: Option<String>,
}

impl Detail {
    pub fn is_empty(&self) -> bool {
        *self == Detail::default()
    }
}

/// Which code made a change, as it is read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordedOrigin {
    /// `discord:/transfer`, `http:POST /v1/transfers`.
    pub entry: String,
    /// The adapter, or the API key's name.
    pub application: String,
    pub site: CodeSiteId,
    pub class: String,
    pub function: String,
    /// Stated by a remote caller, not seen by us.
    pub claimed: bool,
}

/// One or more transfers that happened together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    pub id: TransactionId,
    /// The place of its first transfer in the ledger's dense sequence, which starts at 1.
    pub sequence: u64,
    pub kind: Kind,
    /// Who ordered it.
    pub actor: HolderId,
    pub origin: RecordedOrigin,
    pub transfers: Vec<Transfer>,
    pub detail: Detail,
}

impl Transaction {
    /// Milliseconds since the Unix epoch.
    pub fn time_ms(&self) -> i64 {
        IdSequence::time_ms(self.id.get())
    }
}

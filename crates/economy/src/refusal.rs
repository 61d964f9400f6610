use ledger::{
    AccountKey, Amount, Balance, CurrencyId, GroupId, HoldId, HolderId, Identity, Kind, NoteId,
    Rate, TransactionId,
};

use crate::{GameRefusal, HoldState};

/// Why somebody may not do what they asked for: an answer, with what explains it. Variants in the order in which they are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing is known by this id.
    UnknownTransaction {
        transaction: TransactionId,
    },
    UnknownNote {
        note: NoteId,
    },
    UnknownHold {
        hold: HoldId,
    },
    /// The reaction never minted anything, so that there is nothing to take back.
    UnknownReaction,
    UnknownCurrency {
        currency: CurrencyId,
    },
    UnknownHolder {
        holder: HolderId,
    },
    CurrencyFrozen {
        currency: CurrencyId,
    },
    AmountZero,
    ToOneself,
    HolderMerged {
        holder: HolderId,
        into: HolderId,
    },
    HolderFrozen {
        holder: HolderId,
    },
    /// Only currencies of one group can be exchanged.
    OtherGroup {
        from: GroupId,
        to: GroupId,
    },
    NoRate {
        from: CurrencyId,
        to: CurrencyId,
    },
    /// The rate is no longer the one that was quoted.
    RateChanged {
        quoted: Rate,
        now: Rate,
    },
    /// So little that rounding down leaves nothing.
    ResultZero {
        rate: Rate,
    },
    NoteForSomebodyElse {
        recipient: Identity,
    },
    NoteNotYours {
        sender: HolderId,
    },
    NoteRedeemed {
        by: TransactionId,
    },
    NoteRevoked {
        by: TransactionId,
    },
    HoldSettled {
        state: HoldState,
    },
    HoldTooSmall {
        held: Amount,
        wanted: Amount,
    },
    /// The same message, reactor and currency never mint twice.
    ReactionCounted {
        by: TransactionId,
    },
    ReactionTakenBack,
    NotReversible {
        kind: Kind,
    },
    AlreadyReversed {
        by: TransactionId,
    },
    /// About the game, its rewards or its purchases.
    Game(GameRefusal),
    SupplyCap {
        issued: Amount,
        wanted: Amount,
    },
    BalanceTooLarge {
        account: AccountKey,
    },
    /// `there` is what may be spent: the balance down to the floor.
    NotEnough {
        account: AccountKey,
        there: Balance,
        needed: Amount,
    },
}

impl Refusal {
    /// A stable name, for problem documents, logs and metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Refusal::UnknownTransaction { .. } => "unknown-transaction",
            Refusal::UnknownNote { .. } => "unknown-note",
            Refusal::UnknownHold { .. } => "unknown-hold",
            Refusal::UnknownReaction => "unknown-reaction",
            Refusal::UnknownCurrency { .. } => "unknown-currency",
            Refusal::UnknownHolder { .. } => "unknown-holder",
            Refusal::CurrencyFrozen { .. } => "currency-frozen",
            Refusal::AmountZero => "amount-zero",
            Refusal::ToOneself => "to-oneself",
            Refusal::HolderMerged { .. } => "holder-merged",
            Refusal::HolderFrozen { .. } => "holder-frozen",
            Refusal::OtherGroup { .. } => "other-group",
            Refusal::NoRate { .. } => "no-rate",
            Refusal::RateChanged { .. } => "rate-changed",
            Refusal::ResultZero { .. } => "result-zero",
            Refusal::NoteForSomebodyElse { .. } => "note-for-somebody-else",
            Refusal::NoteNotYours { .. } => "note-not-yours",
            Refusal::NoteRedeemed { .. } => "note-redeemed",
            Refusal::NoteRevoked { .. } => "note-revoked",
            Refusal::HoldSettled { .. } => "hold-settled",
            Refusal::HoldTooSmall { .. } => "hold-too-small",
            Refusal::ReactionCounted { .. } => "reaction-counted",
            Refusal::ReactionTakenBack => "reaction-taken-back",
            Refusal::NotReversible { .. } => "not-reversible",
            Refusal::AlreadyReversed { .. } => "already-reversed",
            Refusal::Game(refusal) => refusal.name(),
            Refusal::SupplyCap { .. } => "supply-cap",
            Refusal::BalanceTooLarge { .. } => "balance-too-large",
            Refusal::NotEnough { .. } => "not-enough",
        }
    }
}

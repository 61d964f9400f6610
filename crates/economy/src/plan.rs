use ledger::{
    AccountKey, Amount, CurrencyId, Detail, HoldId, HolderId, Identity, Kind, NoteId, TransactionId,
};

use crate::{Facts, GameEffect, HoldState, NoteState, ReactionKey, ReactionState, Refusal, checks};

/// What a decision tells the store to write, all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub kind: Kind,
    /// None when only an effect is recorded and no money moves.
    pub legs: Vec<Leg>,
    pub effects: Vec<Effect>,
    pub detail: Detail,
}

/// One transfer to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    pub debit: AccountKey,
    pub credit: AccountKey,
    pub amount: Amount,
}

/// What is remembered beside the transfers, written with them. Where a record needs an id, it is the transaction's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A note whose id is this transaction's id.
    NoteCreated {
        sender: HolderId,
        recipient: Identity,
        currency: CurrencyId,
        amount: Amount,
    },
    NoteSettled {
        note: NoteId,
        how: Settle,
    },
    /// A hold whose id is this transaction's id.
    HoldPlaced {
        holder: HolderId,
        currency: CurrencyId,
        amount: Amount,
        expires_ms: Option<i64>,
    },
    HoldSettled {
        hold: HoldId,
        how: Settle,
    },
    ReactionMinted {
        key: ReactionKey,
        author: HolderId,
        amount: Amount,
    },
    ReactionTakenBack {
        key: ReactionKey,
        burned: bool,
    },
    /// Goes with every transaction whose detail names another as the one that it reverses.
    Reversed {
        transaction: TransactionId,
    },
    /// `from` stands as merged from now on. With it the store hands over to `into` what still leads to `from`: identities,
    /// memberships, and as sender or holder its open notes and holds, so that no money waits for a holder who cannot be paid. What is
    /// settled keeps its names.
    Merged {
        from: HolderId,
        into: HolderId,
    },
    /// About the game, its rewards or its purchases.
    Game(GameEffect),
}

/// How something open was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settle {
    /// A note redeemed, a hold captured.
    Taken,
    /// A note revoked, a hold released.
    GivenBack,
}

impl Settle {
    pub const fn note(self, by: TransactionId) -> NoteState {
        match self {
            Settle::Taken => NoteState::Redeemed { by },
            Settle::GivenBack => NoteState::Revoked { by },
        }
    }

    pub const fn hold(self, by: TransactionId) -> HoldState {
        match self {
            Settle::Taken => HoldState::Captured { by },
            Settle::GivenBack => HoldState::Released { by },
        }
    }
}

/// The state that taking a reaction back leaves.
pub const fn reaction_state(burned: bool, by: Option<TransactionId>) -> ReactionState {
    match by {
        Some(by) if burned => ReactionState::Burned { by },
        _ => ReactionState::Unrecoverable,
    }
}

impl Plan {
    /// One transfer, if it may happen.
    pub(crate) fn one(facts: &impl Facts, kind: Kind, leg: Leg) -> Result<Self, Refusal> {
        Self::of(facts, kind, vec![leg])
    }

    /// Transfers in their order, if they may happen.
    pub(crate) fn of(facts: &impl Facts, kind: Kind, legs: Vec<Leg>) -> Result<Self, Refusal> {
        Ok(Self {
            kind,
            legs: checks::covered(facts, legs)?,
            effects: Vec::new(),
            detail: Detail::default(),
        })
    }

    /// Records in the transaction what its effect's record says, so that the chain covers it.
    pub(crate) fn about(mut self, about: String) -> Self {
        self.detail.about = Some(about);
        self
    }

    pub(crate) fn with(mut self, effect: impl Into<Effect>) -> Self {
        self.effects.push(effect.into());
        self
    }
}

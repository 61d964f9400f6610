use ledger::{AccountKey, Amount, CurrencyId, HolderId, Identity, Kind, NoteId, SystemRole};
use serde::Serialize;

use crate::{
    Effect, FactKey, Facts, Leg, NoteFact, NoteState, Plan, Refusal, checks, plan::Settle,
};

/// Takes money out of the sender's wallet for a bank note that only the recipient can redeem. It may be the sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteCreate {
    pub sender: HolderId,
    /// `platform:subject`, see [`Identity`]; checked when the command is made.
    #[serde(serialize_with = "as_text::serialize")]
    pub recipient: Identity,
    pub currency: CurrencyId,
    pub amount: Amount,
}

/// Credits a note to its recipient, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteRedeem {
    pub note: NoteId,
    /// The wallet that is credited.
    pub holder: HolderId,
    /// As whom the holder came; the note names its recipient by identity.
    #[serde(serialize_with = "as_text::serialize")]
    pub identity: Identity,
}

/// Gives an unredeemed note's money back to its sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteRevoke {
    pub note: NoteId,
    pub sender: HolderId,
}

impl NoteCreate {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        escrow_needs(self.sender, self.currency, name);
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let NoteCreate {
            sender,
            ref recipient,
            currency,
            amount,
        } = *self;
        checks::known(facts, &[currency], &[sender])?;
        checks::active(facts, &[currency])?;
        checks::above_zero(amount)?;
        checks::open(facts, &[sender], currency)?;
        let leg = Leg {
            debit: AccountKey::holder(sender, currency),
            credit: escrow(currency),
            amount,
        };
        let effect = Effect::NoteCreated {
            sender,
            recipient: recipient.clone(),
            currency,
            amount,
        };
        let plan = Plan::one(facts, Kind::NoteCreated, leg)?;
        Ok(plan.about(recipient.to_string()).with(effect))
    }
}

impl NoteRedeem {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        note_needs(facts, self.note, self.holder, name);
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let note = payable(facts, self.note, self.holder)?;
        if note.recipient != self.identity {
            return Err(Refusal::NoteForSomebodyElse {
                recipient: note.recipient.clone(),
            });
        }
        settle(
            facts,
            self.note,
            note,
            Payout {
                to: self.holder,
                kind: Kind::NoteRedeemed,
                how: Settle::Taken,
            },
        )
    }
}

impl NoteRevoke {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        note_needs(facts, self.note, self.sender, name);
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let note = payable(facts, self.note, self.sender)?;
        if note.sender != self.sender {
            return Err(Refusal::NoteNotYours {
                sender: note.sender,
            });
        }
        settle(
            facts,
            self.note,
            note,
            Payout {
                to: self.sender,
                kind: Kind::NoteRevoked,
                how: Settle::GivenBack,
            },
        )
    }
}

/// A known note, and somebody who may be paid its money.
fn payable(facts: &impl Facts, id: NoteId, to: HolderId) -> Result<&NoteFact, Refusal> {
    let note = facts.note(id).ok_or(Refusal::UnknownNote { note: id })?;
    checks::known(facts, &[note.currency], &[to])?;
    checks::active(facts, &[note.currency])?;
    checks::open(facts, &[to], note.currency)?;
    Ok(note)
}

struct Payout {
    to: HolderId,
    kind: Kind,
    how: Settle,
}

fn settle(
    facts: &impl Facts,
    id: NoteId,
    note: &NoteFact,
    payout: Payout,
) -> Result<Plan, Refusal> {
    match note.state {
        NoteState::Open => {}
        NoteState::Redeemed { by } => return Err(Refusal::NoteRedeemed { by }),
        NoteState::Revoked { by } => return Err(Refusal::NoteRevoked { by }),
    }
    let leg = Leg {
        debit: escrow(note.currency),
        credit: AccountKey::holder(payout.to, note.currency),
        amount: note.amount,
    };
    let plan = Plan::one(facts, payout.kind, leg)?;
    Ok(plan.about(id.to_string()).with(Effect::NoteSettled {
        note: id,
        how: payout.how,
    }))
}

const fn escrow(currency: CurrencyId) -> AccountKey {
    AccountKey::system(SystemRole::NoteEscrow, currency)
}

fn escrow_needs(holder: HolderId, currency: CurrencyId, name: &mut dyn FnMut(FactKey)) {
    name(FactKey::Currency(currency));
    name(FactKey::Account(escrow(currency)));
    name(FactKey::Account(AccountKey::holder(holder, currency)));
}

fn note_needs(facts: &impl Facts, note: NoteId, holder: HolderId, name: &mut dyn FnMut(FactKey)) {
    name(FactKey::Note(note));
    if let Some(note) = facts.note(note) {
        escrow_needs(holder, note.currency, name);
    }
}

mod as_text {
    use ledger::Identity;
    use serde::Serializer;

    pub(super) fn serialize<S: Serializer>(identity: &Identity, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(identity)
    }
}

use ledger::{Amount, CurrencyId, Detail, HolderId, Kind, Owner, TransactionId};
use serde::Serialize;

use crate::{Effect, FactKey, Facts, Leg, PastTransaction, Plan, Refusal, checks};

/// Mends an earlier transaction by its linked opposite, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reversal {
    pub transaction: TransactionId,
    pub shortfall: Shortfall,
}

/// What happens when those who were paid no longer have it all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// All or nothing.
    #[default]
    Refuse,
    /// As much as is there; what is missing is recorded as a debt.
    RecordDebt,
}

impl Reversal {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Transaction(self.transaction));
        let Some(past) = facts.transaction(self.transaction) else {
            return;
        };
        for (debit, credit, _) in &past.transfers {
            name(FactKey::Currency(debit.currency));
            name(FactKey::Account(*debit));
            name(FactKey::Account(*credit));
        }
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let past = facts
            .transaction(self.transaction)
            .ok_or(Refusal::UnknownTransaction {
                transaction: self.transaction,
            })?;
        let (currencies, parties) = (currencies(past), parties(past));
        checks::known(facts, &currencies, &parties)?;
        checks::active(facts, &currencies)?;
        for currency in currencies {
            checks::open(facts, &parties, currency)?;
        }
        let opposite = reversible(past)?;
        if let Some(by) = past.reversed_by {
            return Err(Refusal::AlreadyReversed { by });
        }
        let (legs, debt) = self.take_back(facts, opposite)?;
        let detail = Detail {
            reverses: Some(self.transaction),
            debt,
            item: past.detail.item,
            item_owner: past.detail.item_owner,
            ..Detail::default()
        };
        Ok(Plan {
            kind: Kind::Reversal,
            legs,
            effects: vec![Effect::Reversed {
                transaction: self.transaction,
            }],
            detail,
        })
    }

    /// What goes back, and what is missing of it. A debt needs a transaction that carries it, so that nothing at all is a refusal.
    fn take_back(
        &self,
        facts: &impl Facts,
        leg: Leg,
    ) -> Result<(Vec<Leg>, Option<Amount>), Refusal> {
        let short = match checks::covered(facts, vec![leg]) {
            Ok(legs) => return Ok((legs, None)),
            Err(refusal) => refusal,
        };
        let Refusal::NotEnough { there, .. } = short else {
            return Err(short);
        };
        let there = there.positive();
        if self.shortfall == Shortfall::Refuse || there.is_zero() {
            return Err(short);
        }
        let part = Leg {
            amount: there,
            ..leg
        };
        Ok((vec![part], leg.amount.checked_sub(there)))
    }
}

/// Notes and holds are given back by revoking and releasing them; an exchange is undone by another at the day's rate, because
/// half of it could be missing; nothing reverses a reversal, nor the burn that took a reaction back. The others are one transfer
/// each, whose opposite this is.
fn reversible(past: &PastTransaction) -> Result<Leg, Refusal> {
    let kind = past.kind;
    let never = Refusal::NotReversible { kind };
    let mendable = matches!(
        kind,
        Kind::Mint | Kind::Burn | Kind::Transfer | Kind::Purchase | Kind::Reward | Kind::Award
    );
    // What is promised or was paid on a chain ends there.
    let on_chain = matches!(kind, Kind::Purchase | Kind::Reward) && past.detail.about.is_some();
    match past.transfers.as_slice() {
        [(debit, credit, amount)] if mendable && !on_chain && past.detail.reverses.is_none() => {
            Ok(Leg {
                debit: *credit,
                credit: *debit,
                amount: *amount,
            })
        }
        _ => Err(never),
    }
}

fn currencies(past: &PastTransaction) -> Vec<CurrencyId> {
    let legs = past.transfers.iter();
    legs.map(|(debit, _, _)| debit.currency).collect()
}

fn parties(past: &PastTransaction) -> Vec<HolderId> {
    let accounts = past
        .transfers
        .iter()
        .flat_map(|(debit, credit, _)| [debit.owner, credit.owner]);
    let holders = accounts.filter_map(|owner| match owner {
        Owner::Holder(holder) => Some(holder),
        Owner::System(_) => None,
    });
    holders.collect()
}

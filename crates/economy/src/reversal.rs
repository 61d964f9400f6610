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
        reversible(past)?;
        if let Some(by) = past.reversed_by {
            return Err(Refusal::AlreadyReversed { by });
        }
        let legs = past
            .transfers
            .iter()
            .rev()
            .map(|(debit, credit, amount)| Leg {
                debit: *credit,
                credit: *debit,
                amount: *amount,
            });
        let (legs, debt) = self.take_back(facts, legs)?;
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

    fn take_back(
        &self,
        facts: &impl Facts,
        legs: impl Iterator<Item = Leg>,
    ) -> Result<(Vec<Leg>, Option<Amount>), Refusal> {
        let (mut taken, mut debt) = (Vec::new(), Amount::ZERO);
        for leg in legs {
            match (checks::covered(facts, vec![leg]), self.shortfall) {
                (Ok(legs), _) => taken.extend(legs),
                (Err(Refusal::NotEnough { there, .. }), Shortfall::RecordDebt) => {
                    let there = there.positive();
                    debt = leg
                        .amount
                        .checked_sub(there)
                        .and_then(|missing| debt.checked_add(missing))
                        .unwrap_or(debt);
                    taken.extend((!there.is_zero()).then_some(Leg {
                        amount: there,
                        ..leg
                    }));
                }
                (Err(refusal), _) => return Err(refusal),
            }
        }
        Ok((taken, Some(debt).filter(|debt| !debt.is_zero())))
    }
}

/// Notes and holds are given back by revoking and releasing them; an exchange is undone by another at the day's rate, because
/// half of it could be missing; nothing reverses a reversal.
fn reversible(past: &PastTransaction) -> Result<(), Refusal> {
    match past.kind {
        Kind::Mint | Kind::Burn | Kind::Transfer | Kind::Purchase | Kind::Reward | Kind::Award => {
            Ok(())
        }
        kind => Err(Refusal::NotReversible { kind }),
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

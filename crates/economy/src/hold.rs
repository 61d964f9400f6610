use ledger::{AccountKey, Amount, CurrencyId, HoldId, HolderId, Kind, SystemRole};
use serde::Serialize;

use crate::{
    Effect, FactKey, Facts, HoldFact, HoldState, Leg, Plan, Refusal, checks, plan::Settle,
};

/// Sets part of a wallet aside until it is captured or released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldPlace {
    pub holder: HolderId,
    pub currency: CurrencyId,
    pub amount: Amount,
    /// When a job releases it, in milliseconds since the Unix epoch.
    pub expires_ms: Option<i64>,
}

/// Takes what a hold has set aside; what is not captured goes back to the holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldCapture {
    pub hold: HoldId,
    /// Who is paid; none takes the money out of the world.
    pub to: Option<HolderId>,
    /// All of it when not given.
    pub amount: Option<Amount>,
}

/// Gives back what a hold has set aside. A frozen holder gets it too: it is their own, and stays where it is frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldRelease {
    pub hold: HoldId,
}

impl HoldPlace {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        hold_needs(self.holder, self.currency, name);
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let HoldPlace {
            holder,
            currency,
            amount,
            expires_ms,
        } = *self;
        checks::known(facts, &[currency], &[holder])?;
        checks::active(facts, &[currency])?;
        checks::above_zero(amount)?;
        checks::open(facts, &[holder], currency)?;
        let leg = Leg {
            debit: AccountKey::holder(holder, currency),
            credit: escrow(currency),
            amount,
        };
        let effect = Effect::HoldPlaced {
            holder,
            currency,
            amount,
            expires_ms,
        };
        let plan = Plan::one(facts, Kind::HoldPlaced, leg)?;
        let end = expires_ms.map_or_else(|| "open".to_owned(), |ms| ms.to_string());
        Ok(plan.about(end).with(effect))
    }
}

impl HoldCapture {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Hold(self.hold));
        if let Some(hold) = facts.hold(self.hold) {
            hold_needs(hold.holder, hold.currency, name);
            name(FactKey::Account(self.paid(hold)));
        }
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let hold = known_hold(facts, self.hold)?;
        let paid: &[HolderId] = self.to.as_slice();
        let wanted = self.amount.unwrap_or(hold.amount);
        checks::known(facts, &[hold.currency], paid)?;
        checks::active(facts, &[hold.currency])?;
        checks::above_zero(wanted)?;
        checks::open(facts, paid, hold.currency)?;
        unsettled(hold)?;
        let rest = hold
            .amount
            .checked_sub(wanted)
            .ok_or(Refusal::HoldTooSmall {
                held: hold.amount,
                wanted,
            })?;
        let taken = Leg {
            debit: escrow(hold.currency),
            credit: self.paid(hold),
            amount: wanted,
        };
        let back = Leg {
            debit: escrow(hold.currency),
            credit: AccountKey::holder(hold.holder, hold.currency),
            amount: rest,
        };
        let legs = [taken, back]
            .into_iter()
            .filter(|leg| !leg.amount.is_zero());
        let plan = Plan::of(facts, Kind::HoldCaptured, legs.collect())?;
        Ok(plan.about(self.hold.to_string()).with(Effect::HoldSettled {
            hold: self.hold,
            how: Settle::Taken,
        }))
    }

    fn paid(&self, hold: &HoldFact) -> AccountKey {
        self.to.map_or(AccountKey::issuance(hold.currency), |to| {
            AccountKey::holder(to, hold.currency)
        })
    }
}

impl HoldRelease {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Hold(self.hold));
        if let Some(hold) = facts.hold(self.hold) {
            hold_needs(hold.holder, hold.currency, name);
        }
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let hold = known_hold(facts, self.hold)?;
        checks::known(facts, &[hold.currency], &[])?;
        checks::active(facts, &[hold.currency])?;
        unsettled(hold)?;
        let leg = Leg {
            debit: escrow(hold.currency),
            credit: AccountKey::holder(hold.holder, hold.currency),
            amount: hold.amount,
        };
        let plan = Plan::one(facts, Kind::HoldReleased, leg)?;
        Ok(plan.about(self.hold.to_string()).with(Effect::HoldSettled {
            hold: self.hold,
            how: Settle::GivenBack,
        }))
    }
}

fn known_hold(facts: &impl Facts, hold: HoldId) -> Result<&HoldFact, Refusal> {
    facts.hold(hold).ok_or(Refusal::UnknownHold { hold })
}

fn unsettled(hold: &HoldFact) -> Result<(), Refusal> {
    match hold.state {
        HoldState::Open => Ok(()),
        state => Err(Refusal::HoldSettled { state }),
    }
}

const fn escrow(currency: CurrencyId) -> AccountKey {
    AccountKey::system(SystemRole::HoldEscrow, currency)
}

fn hold_needs(holder: HolderId, currency: CurrencyId, name: &mut dyn FnMut(FactKey)) {
    name(FactKey::Currency(currency));
    name(FactKey::Account(escrow(currency)));
    name(FactKey::Account(AccountKey::holder(holder, currency)));
}

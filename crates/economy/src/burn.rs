use ledger::{AccountKey, Amount, CurrencyId, HolderId, Kind};
use serde::Serialize;

use crate::{FactKey, Facts, Leg, Plan, Refusal, checks};

/// Takes a holder's money out of the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Burn {
    pub from: HolderId,
    pub currency: CurrencyId,
    pub amount: Amount,
}

impl Burn {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Currency(self.currency));
        name(FactKey::Account(AccountKey::issuance(self.currency)));
        name(FactKey::Account(AccountKey::holder(
            self.from,
            self.currency,
        )));
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        checks::known(facts, &[self.currency], &[self.from])?;
        checks::active(facts, &[self.currency])?;
        checks::above_zero(self.amount)?;
        checks::open(facts, &[self.from], self.currency)?;
        let leg = Leg {
            debit: AccountKey::holder(self.from, self.currency),
            credit: AccountKey::issuance(self.currency),
            amount: self.amount,
        };
        Plan::one(facts, Kind::Burn, leg)
    }
}

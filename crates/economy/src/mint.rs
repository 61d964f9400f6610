use ledger::{AccountKey, Amount, CurrencyId, HolderId, Kind};
use serde::Serialize;

use crate::{FactKey, Facts, Leg, Plan, Refusal, checks};

/// Issues money to a holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mint {
    pub to: HolderId,
    pub currency: CurrencyId,
    pub amount: Amount,
}

impl Mint {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        issue_needs(self.to, self.currency, name);
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        issue(facts, Kind::Mint, self.to, self.currency, self.amount)
    }
}

pub(crate) fn issue_needs(to: HolderId, currency: CurrencyId, name: &mut dyn FnMut(FactKey)) {
    name(FactKey::Currency(currency));
    name(FactKey::Account(AccountKey::issuance(currency)));
    name(FactKey::Account(AccountKey::holder(to, currency)));
}

/// Issuance to a holder, whatever the reason.
pub(crate) fn issue(
    facts: &impl Facts,
    kind: Kind,
    to: HolderId,
    currency: CurrencyId,
    amount: Amount,
) -> Result<Plan, Refusal> {
    checks::known(facts, &[currency], &[to])?;
    checks::active(facts, &[currency])?;
    checks::above_zero(amount)?;
    checks::open(facts, &[to], currency)?;
    let leg = Leg {
        debit: AccountKey::issuance(currency),
        credit: AccountKey::holder(to, currency),
        amount,
    };
    Plan::one(facts, kind, leg)
}

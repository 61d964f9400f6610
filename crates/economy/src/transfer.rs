use ledger::{AccountKey, Amount, CurrencyId, HolderId, Kind};
use serde::Serialize;

use crate::{FactKey, Facts, Leg, Plan, Refusal, checks};

/// One holder pays another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transfer {
    pub from: HolderId,
    pub to: HolderId,
    pub currency: CurrencyId,
    pub amount: Amount,
}

impl Transfer {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        pay_needs(self.from, self.to, self.currency, name);
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        pay(facts, Kind::Transfer, self)
    }
}

pub(crate) fn pay_needs(
    from: HolderId,
    to: HolderId,
    currency: CurrencyId,
    name: &mut dyn FnMut(FactKey),
) {
    name(FactKey::Currency(currency));
    name(FactKey::Account(AccountKey::holder(from, currency)));
    name(FactKey::Account(AccountKey::holder(to, currency)));
}

/// A payment from one wallet to another, whatever it is called.
pub(crate) fn pay(facts: &impl Facts, kind: Kind, asked: &Transfer) -> Result<Plan, Refusal> {
    let Transfer {
        from,
        to,
        currency,
        amount,
    } = *asked;
    checks::known(facts, &[currency], &[from, to])?;
    checks::active(facts, &[currency])?;
    checks::above_zero(amount)?;
    checks::apart(from, to)?;
    checks::open(facts, &[from, to], currency)?;
    let leg = Leg {
        debit: AccountKey::holder(from, currency),
        credit: AccountKey::holder(to, currency),
        amount,
    };
    Plan::one(facts, kind, leg)
}

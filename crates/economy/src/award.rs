use ledger::{Amount, CurrencyId, HolderId, Kind};
use serde::Serialize;

use crate::{FactKey, Facts, Plan, Refusal, Transfer, transfer};

/// A member pays the author of a post for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Award {
    pub from: HolderId,
    pub to: HolderId,
    pub currency: CurrencyId,
    pub amount: Amount,
}

impl Award {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        transfer::pay_needs(self.from, self.to, self.currency, name);
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let Award {
            from,
            to,
            currency,
            amount,
        } = *self;
        transfer::pay(
            facts,
            Kind::Award,
            &Transfer {
                from,
                to,
                currency,
                amount,
            },
        )
    }
}

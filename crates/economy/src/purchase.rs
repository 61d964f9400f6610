use ledger::{AccountKey, Amount, CurrencyId, Detail, HolderId, ItemId, Kind};
use serde::Serialize;

use crate::{FactKey, Facts, Leg, Plan, Refusal, checks};

/// A holder pays for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Purchase {
    pub buyer: HolderId,
    /// Who is paid and owned the item before; none for a shop that takes the money out of the world.
    pub seller: Option<HolderId>,
    pub currency: CurrencyId,
    pub price: Amount,
    pub item: ItemId,
}

impl Purchase {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Currency(self.currency));
        name(FactKey::Account(AccountKey::holder(
            self.buyer,
            self.currency,
        )));
        name(FactKey::Account(self.paid()));
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let both = [Some(self.buyer), self.seller];
        let parties: Vec<HolderId> = both.into_iter().flatten().collect();
        checks::known(facts, &[self.currency], &parties)?;
        checks::active(facts, &[self.currency])?;
        checks::above_zero(self.price)?;
        checks::apart(self.seller, Some(self.buyer))?;
        checks::open(facts, &parties, self.currency)?;
        let leg = Leg {
            debit: AccountKey::holder(self.buyer, self.currency),
            credit: self.paid(),
            amount: self.price,
        };
        let plan = Plan::one(facts, Kind::Purchase, leg)?;
        Ok(Plan {
            detail: Detail {
                item: Some(self.item),
                item_owner: self.seller,
                ..Detail::default()
            },
            ..plan
        })
    }

    fn paid(&self) -> AccountKey {
        self.seller
            .map_or(AccountKey::issuance(self.currency), |seller| {
                AccountKey::holder(seller, self.currency)
            })
    }
}

use ledger::{Amount, CurrencyId, Detail, HolderId, ItemId, Kind};
use serde::Serialize;

use crate::{FactKey, Facts, Plan, Refusal, mint};

/// Issues money to a holder by a rule of a game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reward {
    pub to: HolderId,
    pub currency: CurrencyId,
    pub amount: Amount,
    /// What it was earned with, if anything.
    pub item: Option<ItemId>,
}

impl Reward {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        mint::issue_needs(self.to, self.currency, name);
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let plan = mint::issue(facts, Kind::Reward, self.to, self.currency, self.amount)?;
        Ok(Plan {
            detail: Detail {
                item: self.item,
                ..Detail::default()
            },
            ..plan
        })
    }
}

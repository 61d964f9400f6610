use ledger::{HolderId, Kind, TonHash};
use serde::Serialize;

use crate::{
    FactKey, Facts, GameEffect, Plan, Refusal, checks,
    deposit::{held, known_deposit},
};

/// An operator sends a held deposit back to where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DepositRefund {
    pub deposit: TonHash,
    /// Who decided it.
    pub by: HolderId,
}

impl DepositRefund {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Deposit(self.deposit));
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let fact = known_deposit(facts, self.deposit)?;
        checks::above_zero(fact.amount)?;
        held(fact)?;
        let plan = Plan::of(facts, Kind::DepositReturned, Vec::new())?;
        Ok(plan.with(GameEffect::RefundQueued {
            deposit: self.deposit,
            token: fact.token,
            amount: fact.amount,
            to: fact.sender,
            by: self.by,
        }))
    }
}

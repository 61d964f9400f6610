use ledger::{Kind, StarsCharge};
use serde::Serialize;

use crate::{FactKey, Facts, GameEffect, GameRefusal, Plan, Refusal, StarsFact, StarsState};

/// Telegram has given the Stars of a payment back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StarsRefund {
    pub charge: StarsCharge,
}

impl StarsRefund {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Stars(self.charge));
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let fact: &StarsFact = facts
            .stars(self.charge)
            .ok_or(GameRefusal::UnknownPayment)?;
        if fact.state == StarsState::Refunded {
            return Err(GameRefusal::PaymentRefunded.into());
        }
        let plan = Plan::of(facts, Kind::Purchase, Vec::new())?;
        Ok(plan.with(GameEffect::StarsRefunded {
            charge: self.charge,
        }))
    }
}

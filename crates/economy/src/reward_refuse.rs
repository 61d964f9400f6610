use ledger::{AccountKey, Amount, CurrencyId, Kind, RewardId};
use serde::Serialize;

use crate::{
    FactKey, Facts, GameEffect, GameRefusal, Leg, OwedKind, Plan, Refusal, RewardState,
    play::promised,
    reward_settle::{known_reward, reward_needs},
};

/// A reward that waits will not be sent. Tokens go back to issuance; a refund's deposit waits for a decision again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RewardRefuse {
    pub reward: RewardId,
    pub why: String,
}

impl RewardRefuse {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        reward_needs(self.reward, facts, name);
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let fact = known_reward(facts, self.reward)?;
        if fact.state != RewardState::Waiting {
            return Err(GameRefusal::RewardEnded { state: fact.state }.into());
        }
        let legs = match fact.owed {
            OwedKind::Tokens { currency, amount } => back(currency, amount),
            // The tokens that arrived stay where they are.
            OwedKind::Refund { .. } | OwedKind::Achievement { .. } => Vec::new(),
        };
        let plan = Plan::of(facts, Kind::RewardRefused, legs)?;
        let about = format!("reward:{}", self.reward);
        Ok(plan.about(about).with(GameEffect::RewardRefused {
            reward: self.reward,
            why: self.why.clone(),
        }))
    }
}

fn back(currency: CurrencyId, amount: Amount) -> Vec<Leg> {
    vec![Leg {
        debit: promised(currency),
        credit: AccountKey::issuance(currency),
        amount,
    }]
}

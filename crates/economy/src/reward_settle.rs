use ledger::{AccountKey, CurrencyId, HolderId, Kind, RewardId, TonHash};
use serde::Serialize;

use crate::{
    FactKey, Facts, GameEffect, GameRefusal, Leg, OwedKind, Plan, Refusal, RewardFact, RewardState,
    checks, play::promised,
};

/// A reward's own effect was seen on its chain: what was promised is the holder's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RewardSettle {
    pub reward: RewardId,
    /// Whose it is; none when tokens go back to a wallet of nobody whom the ledger knows.
    pub to: Option<HolderId>,
    /// The transaction of the effect: the credited jetton wallet's, or the item's.
    pub seen: TonHash,
    pub lt: u64,
}

impl RewardSettle {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        reward_needs(self.reward, facts, name);
        if let Some((currency, _)) = facts.reward(self.reward).and_then(|fact| fact.owed.money()) {
            name(FactKey::Account(self.paid(currency)));
        }
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let fact = known_reward(facts, self.reward)?;
        if !matches!(fact.state, RewardState::Batched | RewardState::Sent) {
            return Err(GameRefusal::RewardEnded { state: fact.state }.into());
        }
        let legs = match fact.owed.money() {
            None => Vec::new(),
            Some((currency, amount)) => {
                // It is on the chain: a frozen holder has it too. A holder who became another is told of, so that the other gets it.
                checks::known(facts, &[currency], self.to.as_slice())?;
                checks::not_merged(facts, self.to.as_slice(), currency)?;
                vec![Leg {
                    debit: promised(currency),
                    credit: self.paid(currency),
                    amount,
                }]
            }
        };
        let kind = match fact.owed {
            OwedKind::Refund { .. } => Kind::DepositReturned,
            OwedKind::Tokens { .. } | OwedKind::Achievement { .. } => Kind::RewardSettled,
        };
        let plan = Plan::of(facts, kind, legs)?;
        let about = format!("reward:{} in {}", self.reward, self.seen);
        Ok(plan.about(about).with(GameEffect::RewardSettled {
            reward: self.reward,
            seen: self.seen,
            lt: self.lt,
        }))
    }

    fn paid(&self, currency: CurrencyId) -> AccountKey {
        self.to.map_or(AccountKey::issuance(currency), |to| {
            AccountKey::holder(to, currency)
        })
    }
}

pub(crate) fn known_reward(facts: &impl Facts, reward: RewardId) -> Result<&RewardFact, Refusal> {
    facts
        .reward(reward)
        .ok_or(GameRefusal::UnknownReward { reward }.into())
}

pub(crate) fn reward_needs(reward: RewardId, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
    name(FactKey::Reward(reward));
    if let Some((currency, _)) = facts.reward(reward).and_then(|fact| fact.owed.money()) {
        name(FactKey::Currency(currency));
        name(FactKey::Account(promised(currency)));
        name(FactKey::Account(AccountKey::issuance(currency)));
    }
}

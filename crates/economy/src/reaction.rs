use ledger::{AccountKey, Amount, Detail, HolderId, Kind};
use serde::Serialize;

use crate::{Effect, FactKey, Facts, Leg, Plan, ReactionKey, ReactionState, Refusal, checks, mint};

/// A reaction with a currency's emoji mints one unit to the author of the message, once in the reaction's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReactionMint {
    pub key: ReactionKey,
    pub author: HolderId,
}

/// The reaction is taken back: burns that very mint if the author still holds it, and else only records that it stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReactionUnmint {
    pub key: ReactionKey,
}

impl ReactionMint {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Reaction(self.key));
        mint::issue_needs(self.author, self.key.currency, name);
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        checks::known(facts, &[self.key.currency], &[self.author])?;
        checks::active(facts, &[self.key.currency])?;
        let currency = checks::currency(facts, self.key.currency)?;
        let amount = Amount::one(currency.decimals);
        checks::apart(self.author, self.key.reactor)?;
        checks::open(facts, &[self.author], currency.id)?;
        if let Some(counted) = facts.reaction(&self.key) {
            return Err(Refusal::ReactionCounted { by: counted.minted });
        }
        let effect = Effect::ReactionMinted {
            key: self.key,
            author: self.author,
            amount,
        };
        let plan = mint::issue(facts, Kind::Mint, self.author, currency.id, amount)?;
        Ok(plan.about(about(&self.key)).with(effect))
    }
}

impl ReactionUnmint {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Reaction(self.key));
        if let Some(reaction) = facts.reaction(&self.key) {
            mint::issue_needs(reaction.author, self.key.currency, name);
        }
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let reaction = facts.reaction(&self.key).ok_or(Refusal::UnknownReaction)?;
        checks::active(facts, &[self.key.currency])?;
        let currency = checks::currency(facts, self.key.currency)?;
        if reaction.state != ReactionState::Minted {
            return Err(Refusal::ReactionTakenBack);
        }
        let (debit, credit) = (
            AccountKey::holder(reaction.author, currency.id),
            AccountKey::issuance(currency.id),
        );
        let leg = Leg {
            debit,
            credit,
            amount: reaction.amount,
        };
        let detail = Detail {
            reverses: Some(reaction.minted),
            about: Some(about(&self.key)),
            ..Detail::default()
        };
        // A frozen or merged author is one whose coin cannot be had back, like one who spent it.
        let held = checks::open(facts, &[reaction.author], currency.id)
            .and_then(|()| checks::covered(facts, vec![leg]));
        let legs = held.unwrap_or_default();
        let effect = Effect::ReactionTakenBack {
            key: self.key,
            burned: !legs.is_empty(),
        };
        Ok(Plan {
            kind: Kind::Burn,
            legs,
            effects: vec![effect],
            detail,
        })
    }
}

/// Message and reactor; the currency is the transfer's.
fn about(key: &ReactionKey) -> String {
    format!("{}/{}", key.message, key.reactor)
}

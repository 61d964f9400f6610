use ledger::{AccountKey, Amount, Detail, HolderId, Kind, TransactionId};
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
        let (reactor, currency) = (self.key.reactor, self.key.currency);
        name(FactKey::Account(AccountKey::holder(reactor, currency)));
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let currency = self.key.currency;
        let both = [self.author, self.key.reactor];
        checks::known(facts, &[currency], &both)?;
        checks::active(facts, &[currency])?;
        checks::apart(self.author, self.key.reactor)?;
        checks::open(facts, &both, currency)?;
        if let Some(counted) = facts.reaction(&self.key) {
            return Err(Refusal::ReactionCounted { by: counted.minted });
        }
        let amount = Amount::one(checks::currency(facts, currency)?.decimals);
        let effect = Effect::ReactionMinted {
            key: self.key,
            author: self.author,
            amount,
        };
        let plan = mint::issue(facts, Kind::Mint, self.author, currency, amount)?;
        Ok(plan.about(about(&self.key)).with(effect))
    }
}

impl ReactionUnmint {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Reaction(self.key));
        if let Some(reaction) = facts.reaction(&self.key) {
            mint::issue_needs(reaction.author, self.key.currency, name);
            name(FactKey::Transaction(reaction.minted));
        }
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let reaction = facts.reaction(&self.key).ok_or(Refusal::UnknownReaction)?;
        let currency = self.key.currency;
        checks::known(facts, &[currency], &[])?;
        checks::active(facts, &[currency])?;
        if reaction.state != ReactionState::Minted {
            return Err(Refusal::ReactionTakenBack);
        }
        let (debit, credit) = (
            AccountKey::holder(reaction.author, currency),
            AccountKey::issuance(currency),
        );
        let leg = Leg {
            debit,
            credit,
            amount: reaction.amount,
        };
        // What an operator reversed meanwhile is back already. A frozen or merged author is one whose coin cannot be had back, like one
        // who spent it.
        let mint = facts.transaction(reaction.minted);
        let legs = match mint.and_then(|mint| mint.reversed_by) {
            Some(_) => Vec::new(),
            None => checks::open(facts, &[reaction.author], currency)
                .and_then(|()| checks::covered(facts, vec![leg]))
                .unwrap_or_default(),
        };
        Ok(self.taken_back(reaction.minted, legs))
    }

    fn taken_back(&self, minted: TransactionId, legs: Vec<Leg>) -> Plan {
        let burned = !legs.is_empty();
        let reversed = burned.then_some(Effect::Reversed {
            transaction: minted,
        });
        let taken_back = Effect::ReactionTakenBack {
            key: self.key,
            burned,
        };
        Plan {
            kind: Kind::Burn,
            legs,
            effects: [taken_back].into_iter().chain(reversed).collect(),
            detail: Detail {
                reverses: burned.then_some(minted),
                about: Some(about(&self.key)),
                ..Detail::default()
            },
        }
    }
}

/// Message and reactor; the currency is the transfer's.
fn about(key: &ReactionKey) -> String {
    format!("{}/{}", key.message, key.reactor)
}

use ledger::{AccountKey, Amount, CurrencyId, HolderId, Kind};
use serde::Serialize;

use crate::{Effect, FactKey, Facts, Leg, Plan, Refusal, checks};

/// Makes two holders one: all that `from` has moves to `into` by ordinary transfers, and `from`'s identities, open notes and open holds
/// with it: see [`Effect::Merged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    pub from: HolderId,
    pub into: HolderId,
    /// Any currency, so that both holders' standing is known even when the wallet is empty.
    pub probe: CurrencyId,
}

impl Link {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Wallet(self.from));
        let held = facts.wallet(self.from).unwrap_or_default();
        for currency in held.iter().copied().chain([self.probe]) {
            name(FactKey::Currency(currency));
            name(FactKey::Account(AccountKey::holder(self.from, currency)));
            name(FactKey::Account(AccountKey::holder(self.into, currency)));
        }
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let both = [self.from, self.into];
        checks::known(facts, &[self.probe], &both)?;
        checks::apart(self.from, self.into)?;
        checks::open(facts, &both, self.probe)?;
        let held = facts.wallet(self.from).unwrap_or_default();
        let legs = held
            .iter()
            .filter_map(|currency| self.move_all(facts, *currency));
        let plan = Plan::of(facts, Kind::Link, legs.collect())?;
        Ok(plan.with(Effect::Merged {
            from: self.from,
            into: self.into,
        }))
    }

    /// A frozen currency moves too: joining wallets is bookkeeping, not spending. What `from` owes below zero, `into` pays.
    fn move_all(&self, facts: &impl Facts, currency: CurrencyId) -> Option<Leg> {
        let (from, into) = (
            AccountKey::holder(self.from, currency),
            AccountKey::holder(self.into, currency),
        );
        let balance = facts.account(from)?.balance.get();
        let (debit, credit) = if balance < 0 {
            (into, from)
        } else {
            (from, into)
        };
        // The negative of the least number fits no amount, and no account can get there.
        let amount = Amount::new(balance.checked_abs()?).ok()?;
        (!amount.is_zero()).then_some(Leg {
            debit,
            credit,
            amount,
        })
    }
}

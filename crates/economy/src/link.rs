use ledger::{AccountKey, CurrencyId, Detail, HolderId, Kind, Standing};
use serde::Serialize;

use crate::{Effect, FactKey, Facts, Leg, Plan, Refusal, checks};

/// Makes two holders one: all that `from` has moves to `into` by ordinary transfers, and `from`'s identities with it.
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
            .filter_map(|currency| self.move_all(facts, *currency).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        let effects = vec![Effect::Merged {
            from: self.from,
            into: self.into,
        }];
        Ok(Plan {
            kind: Kind::Link,
            legs,
            effects,
            detail: Detail::default(),
        })
    }

    /// A frozen currency moves too: joining wallets is bookkeeping, not spending.
    fn move_all(&self, facts: &impl Facts, currency: CurrencyId) -> Result<Option<Leg>, Refusal> {
        let (debit, credit) = (
            AccountKey::holder(self.from, currency),
            AccountKey::holder(self.into, currency),
        );
        let account = facts
            .account(debit)
            .ok_or(Refusal::UnknownHolder { holder: self.from })?;
        let amount = account.balance.positive();
        if account.balance.get() < 0 || matches!(account.standing, Standing::Frozen) {
            return Err(Refusal::HolderFrozen { holder: self.from });
        }
        if amount.is_zero() {
            return Ok(None);
        }
        checks::covered(
            facts,
            vec![Leg {
                debit,
                credit,
                amount,
            }],
        )
        .map(|legs| legs.into_iter().next())
    }
}

use ledger::{AccountKey, Amount, CurrencyId, Detail, HolderId, Kind, Quote, Rate};
use serde::Serialize;

use crate::{FactKey, Facts, Leg, Plan, Refusal, checks};

/// Changes one currency into another of the same group, over both issuance accounts.
///
/// What is paid is exactly `amount`; what is given is rounded down; the remainder stays with the issuance side and is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exchange {
    pub holder: HolderId,
    pub from: CurrencyId,
    pub to: CurrencyId,
    pub amount: Amount,
    /// Numerator and denominator of the rate that the person saw, between minor units; another one is refused.
    pub quoted: Option<(u64, u64)>,
}

impl Exchange {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Rate {
            from: self.from,
            to: self.to,
        });
        for currency in [self.from, self.to] {
            name(FactKey::Currency(currency));
            name(FactKey::Account(AccountKey::issuance(currency)));
            name(FactKey::Account(AccountKey::holder(self.holder, currency)));
        }
    }

    /// What the exchange would give at this moment.
    ///
    /// # Errors
    /// As [`crate::decide`], up to the balance.
    pub fn quote(&self, facts: &impl Facts) -> Result<(Rate, Quote), Refusal> {
        let both = [self.from, self.to];
        checks::known(facts, &both, &[self.holder])?;
        checks::active(facts, &both)?;
        checks::above_zero(self.amount)?;
        checks::apart(self.from, self.to)?;
        checks::open(facts, &[self.holder], self.from)?;
        let (from, to) = (
            checks::currency(facts, self.from)?,
            checks::currency(facts, self.to)?,
        );
        if from.group != to.group {
            return Err(Refusal::OtherGroup {
                from: from.group,
                to: to.group,
            });
        }
        let rate = facts.rate(self.from, self.to).ok_or(self.no_rate())?;
        self.still_quoted(rate)?;
        let too_large = Refusal::BalanceTooLarge {
            account: AccountKey::holder(self.holder, self.to),
        };
        let quote = rate.apply(self.amount).ok_or(too_large)?;
        if quote.result.is_zero() {
            Err(Refusal::ResultZero { rate })
        } else {
            Ok((rate, quote))
        }
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let (_, quote) = self.quote(facts)?;
        let paid = Leg {
            debit: AccountKey::holder(self.holder, self.from),
            credit: AccountKey::issuance(self.from),
            amount: self.amount,
        };
        let given = Leg {
            debit: AccountKey::issuance(self.to),
            credit: AccountKey::holder(self.holder, self.to),
            amount: quote.result,
        };
        let plan = Plan::of(facts, Kind::Exchange, vec![paid, given])?;
        let remainder = Some(quote.remainder).filter(|rest| rest.num > 0);
        Ok(Plan {
            detail: Detail {
                remainder,
                ..Detail::default()
            },
            ..plan
        })
    }

    fn still_quoted(&self, now: Rate) -> Result<(), Refusal> {
        let Some((num, den)) = self.quoted else {
            return Ok(());
        };
        // What is no rate at all was never quoted.
        let quoted = Rate::new(num, den).map_err(|_| self.no_rate())?;
        if quoted == now {
            Ok(())
        } else {
            Err(Refusal::RateChanged { quoted, now })
        }
    }

    const fn no_rate(&self) -> Refusal {
        Refusal::NoRate {
            from: self.from,
            to: self.to,
        }
    }
}

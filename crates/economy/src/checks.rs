//! The questions that several verbs ask, in one order.

use ledger::{
    AccountKey, Amount, Balance, Currency, CurrencyId, CurrencyState, Floor, HolderId, Owner,
    Standing, SystemRole,
};

use crate::{AccountFact, Facts, Leg, Refusal};

/// The currency, known and not frozen.
pub(crate) fn active(facts: &impl Facts, currency: CurrencyId) -> Result<&Currency, Refusal> {
    let found = facts
        .currency(currency)
        .ok_or(Refusal::UnknownCurrency { currency })?;
    match found.state {
        CurrencyState::Active => Ok(found),
        CurrencyState::Frozen => Err(Refusal::CurrencyFrozen { currency }),
    }
}

pub(crate) fn above_zero(amount: Amount) -> Result<(), Refusal> {
    if amount.is_zero() {
        Err(Refusal::AmountZero)
    } else {
        Ok(())
    }
}

/// A holder's account, with a holder that is known and neither merged nor frozen.
pub(crate) fn open(
    facts: &impl Facts,
    holder: HolderId,
    currency: CurrencyId,
) -> Result<AccountFact, Refusal> {
    let account = facts
        .account(AccountKey::holder(holder, currency))
        .ok_or(Refusal::UnknownHolder { holder })?;
    match account.standing {
        Standing::Open => Ok(account),
        Standing::Merged(into) => Err(Refusal::HolderMerged { holder, into }),
        Standing::Frozen => Err(Refusal::HolderFrozen { holder }),
    }
}

/// Whether a transfer may happen: the credit side does not overflow, issuance stays under its cap, the debit side above its floor.
pub(crate) fn covered(facts: &impl Facts, leg: Leg) -> Result<Leg, Refusal> {
    let account = |key: AccountKey| {
        facts.account(key).ok_or(Refusal::UnknownCurrency {
            currency: key.currency,
        })
    };
    let (debit, credit) = (account(leg.debit)?, account(leg.credit)?);
    if leg.debit.owner == Owner::System(SystemRole::Issuance) {
        under_cap(debit.balance, leg.amount)?;
    }
    credit
        .balance
        .credited(leg.amount)
        .ok_or(Refusal::BalanceTooLarge {
            account: leg.credit,
        })?;
    let short = Refusal::NotEnough {
        account: leg.debit,
        there: spendable(&debit),
        needed: leg.amount,
    };
    match debit.balance.debited(leg.amount) {
        Some(rest) if debit.floor.allows(rest) => Ok(leg),
        _ => Err(short),
    }
}

/// What may be spent of an account: its balance down to its floor.
pub(crate) fn spendable(account: &AccountFact) -> Balance {
    match account.floor {
        Floor::At(floor) => Balance::new(account.balance.get().saturating_sub(floor.get())),
        Floor::Unlimited => Balance::new(i64::MAX),
    }
}

fn under_cap(issuance: Balance, wanted: Amount) -> Result<(), Refusal> {
    let issued = Balance::new(issuance.get().saturating_neg()).positive();
    match issued.checked_add(wanted) {
        Some(after) if after <= Amount::SUPPLY_CAP => Ok(()),
        _ => Err(Refusal::SupplyCap { issued, wanted }),
    }
}

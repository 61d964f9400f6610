//! The questions that several verbs ask. Each verb asks them in the order of [`Refusal`]'s variants, and each question looks at all
//! that it is about before the next one is asked: of two faults at once, the first of that order is the answer.

use ledger::{
    AccountKey, Amount, Balance, Currency, CurrencyId, CurrencyState, Floor, HolderId, Owner,
    Standing, SystemRole,
};

use crate::{AccountFact, Facts, Leg, Refusal};

/// Whether there are such currencies and such holders.
pub(crate) fn known(
    facts: &impl Facts,
    currencies: &[CurrencyId],
    holders: &[HolderId],
) -> Result<(), Refusal> {
    for currency in currencies {
        self::currency(facts, *currency)?;
    }
    let accounts = currencies.first().into_iter().flat_map(|currency| {
        let keys = holders.iter();
        keys.map(|holder| (*holder, AccountKey::holder(*holder, *currency)))
    });
    for (holder, key) in accounts {
        facts
            .account(key)
            .ok_or(Refusal::UnknownHolder { holder })?;
    }
    Ok(())
}

pub(crate) fn currency(facts: &impl Facts, currency: CurrencyId) -> Result<&Currency, Refusal> {
    facts
        .currency(currency)
        .ok_or(Refusal::UnknownCurrency { currency })
}

/// Whether none of the currencies is frozen.
pub(crate) fn active(facts: &impl Facts, currencies: &[CurrencyId]) -> Result<(), Refusal> {
    for id in currencies {
        if currency(facts, *id)?.state == CurrencyState::Frozen {
            return Err(Refusal::CurrencyFrozen { currency: *id });
        }
    }
    Ok(())
}

pub(crate) fn above_zero(amount: Amount) -> Result<(), Refusal> {
    if amount.is_zero() {
        Err(Refusal::AmountZero)
    } else {
        Ok(())
    }
}

pub(crate) fn apart<Id: PartialEq>(one: Id, other: Id) -> Result<(), Refusal> {
    if one == other {
        Err(Refusal::ToOneself)
    } else {
        Ok(())
    }
}

/// Whether none of the holders is merged into another one, and none is frozen.
pub(crate) fn open(
    facts: &impl Facts,
    holders: &[HolderId],
    currency: CurrencyId,
) -> Result<(), Refusal> {
    not_merged(facts, holders, currency)?;
    for holder in holders {
        if standing(facts, *holder, currency)? == Standing::Frozen {
            return Err(Refusal::HolderFrozen { holder: *holder });
        }
    }
    Ok(())
}

/// Whether none of the holders is merged into another one.
pub(crate) fn not_merged(
    facts: &impl Facts,
    holders: &[HolderId],
    currency: CurrencyId,
) -> Result<(), Refusal> {
    for holder in holders {
        if let Standing::Merged(into) = standing(facts, *holder, currency)? {
            let holder = *holder;
            return Err(Refusal::HolderMerged { holder, into });
        }
    }
    Ok(())
}

fn standing(
    facts: &impl Facts,
    holder: HolderId,
    currency: CurrencyId,
) -> Result<Standing, Refusal> {
    let account = facts.account(AccountKey::holder(holder, currency));
    account
        .map(|account| account.standing)
        .ok_or(Refusal::UnknownHolder { holder })
}

/// Whether transfers may happen one after the other: issuance stays under its cap, no credit side overflows, no debit side falls below
/// its floor.
pub(crate) fn covered(facts: &impl Facts, legs: Vec<Leg>) -> Result<Vec<Leg>, Refusal> {
    for question in [under_cap, not_too_large, enough] {
        for (at, leg) in legs.iter().enumerate() {
            let before = |key: AccountKey| {
                let account = facts.account(key).ok_or(Refusal::UnknownCurrency {
                    currency: key.currency,
                })?;
                Ok(Before {
                    balance: after(&account, key, legs.get(..at).unwrap_or_default()),
                    floor: account.floor,
                })
            };
            question(leg, &before)?;
        }
    }
    Ok(legs)
}

/// An account as a transfer finds it.
struct Before {
    balance: i128,
    floor: Floor,
}

type Look<'a> = &'a dyn Fn(AccountKey) -> Result<Before, Refusal>;

fn after(account: &AccountFact, key: AccountKey, earlier: &[Leg]) -> i128 {
    let start = i128::from(account.balance.get());
    earlier.iter().fold(start, |balance, leg| {
        let amount = i128::from(leg.amount.get());
        let out = if leg.debit == key { amount } else { 0 };
        let back = if leg.credit == key { amount } else { 0 };
        balance.saturating_sub(out).saturating_add(back)
    })
}

fn under_cap(leg: &Leg, before: Look<'_>) -> Result<(), Refusal> {
    if leg.debit.owner != Owner::System(SystemRole::Issuance) {
        return Ok(());
    }
    let issued = before(leg.debit)?.balance.saturating_neg().max(0);
    let wanted = i128::from(leg.amount.get());
    if issued.saturating_add(wanted) <= i128::from(Amount::SUPPLY_CAP.get()) {
        return Ok(());
    }
    Err(Refusal::SupplyCap {
        issued: clamped(issued).positive(),
        wanted: leg.amount,
    })
}

fn not_too_large(leg: &Leg, before: Look<'_>) -> Result<(), Refusal> {
    let amount = i128::from(leg.amount.get());
    if before(leg.credit)?.balance.saturating_add(amount) <= i128::from(i64::MAX) {
        Ok(())
    } else {
        Err(Refusal::BalanceTooLarge {
            account: leg.credit,
        })
    }
}

fn enough(leg: &Leg, before: Look<'_>) -> Result<(), Refusal> {
    let Before { balance, floor } = before(leg.debit)?;
    let Floor::At(floor) = floor else {
        return Ok(());
    };
    let there = balance.saturating_sub(i128::from(floor.get()));
    if there >= i128::from(leg.amount.get()) {
        return Ok(());
    }
    Err(Refusal::NotEnough {
        account: leg.debit,
        there: clamped(there),
        needed: leg.amount,
    })
}

fn clamped(balance: i128) -> Balance {
    let nearest = if balance < 0 { i64::MIN } else { i64::MAX };
    Balance::new(i64::try_from(balance).unwrap_or(nearest))
}

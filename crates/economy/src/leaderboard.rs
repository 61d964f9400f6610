use std::collections::BTreeMap;

use ledger::{Amount, CurrencyId, HolderId, Rate};

/// One holder's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wealth {
    pub holder: HolderId,
    /// In minor units of the target currency.
    pub value: i128,
}

/// What one wallet is worth in the target currency: itself, or at the direct rate, rounded down; nothing without one.
pub fn value_in(
    target: CurrencyId,
    direct: &BTreeMap<CurrencyId, Rate>,
    currency: CurrencyId,
    amount: Amount,
) -> i128 {
    if currency == target {
        return i128::from(amount.get());
    }
    let rate = direct.get(&currency);
    rate.and_then(|rate| rate.apply(amount))
        .map_or(0, |quote| i128::from(quote.result.get()))
}

/// A leaderboard: each holder's wallets summed in one currency at direct rates, richest first, ties by the older holder.
#[derive(Debug, Clone, Default)]
pub struct Standings {
    places: Vec<Wealth>,
}

impl Standings {
    /// `wallets` are the members' accounts in currencies of the target's group; `direct` the rates from each of those to the target.
    /// Each wallet is counted once, however many rates lead away from its currency.
    pub fn new(
        target: CurrencyId,
        direct: &BTreeMap<CurrencyId, Rate>,
        wallets: impl IntoIterator<Item = (HolderId, CurrencyId, Amount)>,
    ) -> Self {
        let mut sums: BTreeMap<HolderId, i128> = BTreeMap::new();
        for (holder, currency, amount) in wallets {
            let sum = sums.entry(holder).or_default();
            *sum = sum.saturating_add(value_in(target, direct, currency, amount));
        }
        Self::of(
            sums.into_iter()
                .map(|(holder, value)| Wealth { holder, value }),
        )
    }

    /// From sums that are known: one of each holder.
    pub fn of(sums: impl IntoIterator<Item = Wealth>) -> Self {
        let mut places: Vec<Wealth> = sums.into_iter().collect();
        places.sort_unstable_by_key(order);
        Self { places }
    }

    /// Gives holders the places of their new sums; who has nothing any more loses theirs. The work is that of one look over all places,
    /// not of sorting them.
    pub fn change(&mut self, sums: &BTreeMap<HolderId, i128>) {
        self.places
            .retain(|wealth| !sums.contains_key(&wealth.holder));
        let moved = sums.iter().filter(|(_, value)| **value > 0);
        self.places.extend(moved.map(|(holder, value)| Wealth {
            holder: *holder,
            value: *value,
        }));
        // The stable sort finds the long run that is in order already.
        self.places.sort_by_key(order);
    }

    /// Places from `skip`, counted from zero.
    pub fn page(&self, skip: usize, count: usize) -> &[Wealth] {
        let rest = self.places.get(skip..).unwrap_or_default();
        rest.get(..count).unwrap_or(rest)
    }

    /// The rank of a holder, counted from one, and what it stands on.
    pub fn rank(&self, holder: HolderId) -> Option<(usize, Wealth)> {
        let at = self
            .places
            .iter()
            .position(|wealth| wealth.holder == holder)?;
        Some((at.saturating_add(1), *self.places.get(at)?))
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

const fn order(wealth: &Wealth) -> (std::cmp::Reverse<i128>, HolderId) {
    (std::cmp::Reverse(wealth.value), wealth.holder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_sums_move_their_holders_and_nobody_else() {
        let wealth = |(holder, value)| Wealth {
            holder: HolderId::new(holder).unwrap(),
            value,
        };
        let mut standings = Standings::of([(1, 10), (2, 30), (3, 20), (4, 20)].map(wealth));
        let sums = [(1, 20), (2, 0), (9, 40), (8, 0)].map(wealth);
        standings.change(&sums.map(|wealth| (wealth.holder, wealth.value)).into());
        let expect = [(9, 40), (1, 20), (3, 20), (4, 20)].map(wealth);
        assert_eq!(standings.page(0, 9), expect);
    }

    #[test]
    fn a_wallet_counts_once_however_many_rates_leave_its_currency() {
        let currency = |id| CurrencyId::new(id).unwrap();
        let (x, y, holder) = (currency(1), currency(2), HolderId::new(5).unwrap());
        let amount = |n| Amount::new(n).unwrap();
        let direct = BTreeMap::from([(y, "0.5".parse::<Rate>().unwrap())]);
        let standings = Standings::new(
            x,
            &direct,
            [(holder, x, amount(100)), (holder, y, amount(10))],
        );
        assert_eq!(standings.page(0, 5), [Wealth { holder, value: 105 }]);
        assert_eq!(standings.rank(holder).map(|(rank, _)| rank), Some(1));
    }
}

//! What the members of one guild have, and their order by it.

use std::collections::BTreeMap;

use app::{BalancesAfter, GuildStats, WalletLine};
use economy::{Standings, Wealth, value_in};
use ledger::{Amount, Balance, CurrencyId, HolderId, Rate};
use rustc_hash::{FxHashMap, FxHashSet};

/// The rates that lead to one currency, by the currency that they lead from.
pub(crate) type Direct = BTreeMap<CurrencyId, Rate>;

/// So many orders of the same members are kept, each in another currency.
const MOST_ORDERS: usize = 6;

/// The members of a guild who are no bots, and what they have in the currencies of one group.
#[derive(Debug)]
pub(crate) struct Roster {
    currencies: Vec<CurrencyId>,
    cursor: i64,
    links: u64,
    /// By whom each holder is seen here; nobody once they left.
    seen_as: FxHashMap<HolderId, Option<u64>>,
    members: FxHashMap<u64, HolderId>,
    /// Only what is above zero.
    wallets: FxHashMap<(HolderId, CurrencyId), Amount>,
    orders: Vec<Order>,
}

/// The members by what they have in one currency.
#[derive(Debug)]
struct Order {
    target: CurrencyId,
    direct: Direct,
    standings: Standings,
    /// Who may stand elsewhere now.
    changed: FxHashSet<HolderId>,
}

/// Two holders became one: whose account is whose is not known any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Linked;

impl Roster {
    pub(crate) fn new(stats: GuildStats, currencies: Vec<CurrencyId>) -> Self {
        let mut seen_as = FxHashMap::default();
        for (discord, holder) in &stats.members {
            // Two members who are one person are counted once, under the older of their accounts.
            let seen: &mut Option<u64> = seen_as.entry(*holder).or_default();
            *seen = Some(seen.map_or(*discord, |seen| seen.min(*discord)));
        }
        let wallets = stats.wallets.into_iter();
        Self {
            currencies,
            cursor: stats.cursor,
            links: stats.links,
            wallets: wallets
                .filter(|(holder, _, _)| seen_as.contains_key(holder))
                .map(|(holder, currency, amount)| ((holder, currency), amount))
                .collect(),
            seen_as,
            members: stats.members.into_iter().collect(),
            orders: Vec::new(),
        }
    }

    pub(crate) fn currencies(&self) -> &[CurrencyId] {
        &self.currencies
    }

    /// The last transfer that is in it.
    pub(crate) fn cursor(&self) -> i64 {
        self.cursor
    }

    pub(crate) fn members(&self) -> usize {
        self.members.len()
    }

    pub(crate) fn has(&self, discord: u64) -> bool {
        self.members.contains_key(&discord)
    }

    /// How many things are kept in all.
    pub(crate) fn weight(&self) -> usize {
        let orders = self.orders.iter().map(|order| order.standings.len());
        let ordered = orders.fold(0, usize::saturating_add);
        [self.seen_as.len(), self.members.len(), self.wallets.len()]
            .into_iter()
            .fold(ordered, usize::saturating_add)
    }

    /// The member who a holder is here.
    pub(crate) fn seen_as(&self, holder: HolderId) -> Option<u64> {
        self.seen_as.get(&holder).copied().flatten()
    }

    /// # Errors
    /// When it cannot be brought up to date.
    pub(crate) fn catch_up(&mut self, after: &BalancesAfter) -> Result<(), Linked> {
        if after.linked || after.links != self.links {
            return Err(Linked);
        }
        for (holder, currency, balance) in &after.balances {
            if self.seen_as.contains_key(holder) {
                self.set(*holder, *currency, *balance);
            }
        }
        self.cursor = after.cursor;
        Ok(())
    }

    /// Somebody is here, with what they have; that may be newer than the rest.
    pub(crate) fn joined(&mut self, discord: u64, holder: HolderId, wallet: &[WalletLine]) {
        if let Some(other) = self.members.insert(discord, holder)
            && other != holder
        {
            self.unseat(other);
        }
        let seen = self.seen_as.entry(holder).or_default();
        *seen = Some(seen.map_or(discord, |seen| seen.min(discord)));
        self.moved(holder);
        for line in wallet {
            if self.currencies.contains(&line.currency) {
                self.set(holder, line.currency, line.balance);
            }
        }
    }

    /// Somebody is no longer here. What they have is kept up all the same: they may come back.
    pub(crate) fn left(&mut self, discord: u64) {
        if let Some(holder) = self.members.remove(&discord) {
            self.unseat(holder);
        }
    }

    /// Whether [`Roster::sort`] has much to do.
    pub(crate) fn must_sort(&self, target: CurrencyId, direct: &Direct) -> bool {
        let order = self.orders.iter().find(|order| order.target == target);
        order.is_none_or(|order| order.direct != *direct || self.too_many_changed(order))
    }

    /// Orders the members by what they have in one currency at direct rates; who has nothing has no place.
    pub(crate) fn sort(&mut self, target: CurrencyId, direct: &Direct) -> (&Self, &Standings) {
        let kept = self.orders.iter().position(|order| order.target == target);
        let order = match kept.map(|at| self.orders.remove(at)) {
            Some(order) if order.direct == *direct && !self.too_many_changed(&order) => {
                self.reordered(order)
            }
            _ => self.sorted(target, direct),
        };
        // The one that was asked for last is the last to go.
        if self.orders.len() >= MOST_ORDERS {
            self.orders.remove(0);
        }
        self.orders.push(order);
        let newest = self.orders.last().expect("one was put there just now");
        (self, &newest.standings)
    }

    fn too_many_changed(&self, order: &Order) -> bool {
        order.changed.len() > 100 + self.members.len() / 8
    }

    fn sorted(&self, target: CurrencyId, direct: &Direct) -> Order {
        let mut sums: FxHashMap<HolderId, i128> = FxHashMap::default();
        for ((holder, currency), amount) in &self.wallets {
            let sum = sums.entry(*holder).or_default();
            *sum = sum.saturating_add(value_in(target, direct, *currency, *amount));
        }
        let here = |holder: &HolderId| self.seen_as(*holder).is_some();
        let rich = sums
            .into_iter()
            .filter(|(holder, value)| *value > 0 && here(holder));
        Order {
            target,
            direct: direct.clone(),
            standings: Standings::of(rich.map(|(holder, value)| Wealth { holder, value })),
            changed: FxHashSet::default(),
        }
    }

    fn reordered(&self, mut order: Order) -> Order {
        if !order.changed.is_empty() {
            let sum = |holder| self.sum(holder, order.target, &order.direct);
            let changed = order.changed.drain().map(|holder| (holder, sum(holder)));
            order.standings.change(&changed.collect());
        }
        order
    }

    fn sum(&self, holder: HolderId, target: CurrencyId, direct: &Direct) -> i128 {
        if self.seen_as(holder).is_none() {
            return 0;
        }
        let amounts = self
            .currencies
            .iter()
            .filter_map(|currency| Some((*currency, *self.wallets.get(&(holder, *currency))?)));
        amounts.fold(0, |sum, (currency, amount)| {
            sum.saturating_add(value_in(target, direct, currency, amount))
        })
    }

    fn set(&mut self, holder: HolderId, currency: CurrencyId, balance: Balance) {
        let amount = balance.positive();
        if amount.is_zero() {
            self.wallets.remove(&(holder, currency));
        } else {
            self.wallets.insert((holder, currency), amount);
        }
        self.moved(holder);
    }

    fn moved(&mut self, holder: HolderId) {
        for order in &mut self.orders {
            order.changed.insert(holder);
        }
    }

    /// One of a holder's accounts is gone; there may be another.
    fn unseat(&mut self, holder: HolderId) {
        let others = self.members.iter().filter(|(_, other)| **other == holder);
        let older = others.map(|(discord, _)| *discord).min();
        self.seen_as.insert(holder, older);
        self.moved(holder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURRENCIES: i64 = 4;
    const PEOPLE: u64 = 25;

    /// Numbers that look random, the same in each run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: u64) -> u64 {
            self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            (self.0 >> 33) % sides
        }
    }

    fn currency(id: i64) -> CurrencyId {
        CurrencyId::new(id).unwrap()
    }

    /// Every fifth person has two accounts.
    fn holder_of(discord: u64) -> HolderId {
        let person = if discord.is_multiple_of(5) {
            discord - 1
        } else {
            discord
        };
        HolderId::new(1_000 + person.cast_signed()).unwrap()
    }

    /// The same facts without any order, from which everything is added up again for each question.
    #[derive(Default)]
    struct Plain {
        members: Vec<u64>,
        wallets: BTreeMap<(HolderId, CurrencyId), i64>,
    }

    impl Plain {
        fn stats(&self, cursor: i64) -> GuildStats {
            let members = self.members.iter();
            let mut wallets = Vec::new();
            for ((holder, currency), amount) in &self.wallets {
                let is_here = |discord: &u64| holder_of(*discord) == *holder;
                if *amount > 0 && self.members.iter().any(is_here) {
                    wallets.push((*holder, *currency, Amount::new(*amount).unwrap()));
                }
            }
            GuildStats {
                members: members.map(|id| (*id, holder_of(*id))).collect(),
                wallets,
                cursor,
                links: 0,
            }
        }

        fn board(&self, target: CurrencyId, direct: &Direct) -> Vec<(u64, i128)> {
            let mut people: BTreeMap<HolderId, u64> = BTreeMap::new();
            for discord in &self.members {
                let seen = people.entry(holder_of(*discord)).or_insert(*discord);
                *seen = (*seen).min(*discord);
            }
            let mut board: Vec<(u64, HolderId, i128)> = Vec::new();
            for (holder, discord) in people {
                let mut sum = 0;
                for ((of, currency), amount) in &self.wallets {
                    let rate = direct.get(currency);
                    if *of != holder || *amount <= 0 {
                        continue;
                    }
                    if *currency == target {
                        sum += i128::from(*amount);
                    } else if let Some(rate) = rate {
                        sum +=
                            i128::from(*amount) * i128::from(rate.num()) / i128::from(rate.den());
                    }
                }
                board.push((discord, holder, sum));
            }
            board.retain(|(_, _, sum)| *sum > 0);
            board.sort_by_key(|(_, holder, sum)| (-sum, *holder));
            board.into_iter().map(|(id, _, sum)| (id, sum)).collect()
        }
    }

    fn shown(roster: &mut Roster, target: CurrencyId, direct: &Direct) -> Vec<(u64, i128)> {
        let (roster, standings) = roster.sort(target, direct);
        let page = standings.page(0, usize::MAX).iter();
        page.map(|wealth| (roster.seen_as(wealth.holder).unwrap(), wealth.value))
            .collect()
    }

    fn rates(dice: &mut Dice, target: CurrencyId) -> Direct {
        let mut direct = Direct::new();
        for from in (1..=CURRENCIES).map(currency).filter(|id| *id != target) {
            if dice.roll(3) > 0 {
                let rate = Rate::new(1 + dice.roll(9), 1 + dice.roll(9)).unwrap();
                direct.insert(from, rate);
            }
        }
        direct
    }

    fn paid(dice: &mut Dice, plain: &mut Plain, cursor: i64) -> BalancesAfter {
        let mut balances = Vec::new();
        for _ in 0..=dice.roll(6) {
            let holder = holder_of(1 + dice.roll(PEOPLE));
            let currency = currency(1 + dice.roll(4).cast_signed());
            let amount = dice.roll(40).cast_signed() - 5;
            plain.wallets.insert((holder, currency), amount);
            balances.push((holder, currency, Balance::new(amount)));
        }
        BalancesAfter {
            balances,
            cursor,
            ..BalancesAfter::default()
        }
    }

    fn wallet(plain: &Plain, holder: HolderId) -> Vec<WalletLine> {
        let mine = plain.wallets.iter().filter(|((of, _), _)| *of == holder);
        mine.map(|((_, currency), amount)| WalletLine {
            currency: *currency,
            balance: Balance::new(*amount),
            floor: Balance::new(0),
            held: Amount::ZERO,
        })
        .collect()
    }

    fn check(seed: u64) {
        let (mut dice, mut plain) = (Dice(seed), Plain::default());
        plain.members = (1..=PEOPLE).filter(|_| dice.roll(2) == 0).collect();
        paid(&mut dice, &mut plain, 1);
        let all = (1..=CURRENCIES).map(currency).collect();
        let mut roster = Roster::new(plain.stats(1), all);
        let mut direct: Vec<Direct> = (1..=CURRENCIES)
            .map(|target| rates(&mut dice, currency(target)))
            .collect();
        for step in 2..200 {
            let discord = 1 + dice.roll(PEOPLE);
            match dice.roll(5) {
                0 if !plain.members.contains(&discord) => {
                    plain.members.push(discord);
                    let holder = holder_of(discord);
                    roster.joined(discord, holder, &wallet(&plain, holder));
                }
                1 => {
                    plain.members.retain(|member| *member != discord);
                    roster.left(discord);
                }
                2 if dice.roll(4) == 0 => {
                    let target = dice.roll(4).cast_signed();
                    let at = usize::try_from(target).unwrap();
                    direct[at] = rates(&mut dice, currency(target + 1));
                }
                _ => roster.catch_up(&paid(&mut dice, &mut plain, step)).unwrap(),
            }
            let target = dice.roll(4).cast_signed();
            let rates = &direct[usize::try_from(target).unwrap()];
            let target = currency(target + 1);
            assert_eq!(
                shown(&mut roster, target, rates),
                plain.board(target, rates),
                "seed {seed}, step {step}"
            );
        }
        assert_eq!(roster.members(), plain.members.len());
    }

    #[test]
    fn a_board_that_is_kept_up_is_the_one_that_is_added_up_anew() {
        (1..60).for_each(check);
    }

    #[test]
    fn a_link_makes_it_old() {
        let mut roster = Roster::new(Plain::default().stats(7), vec![currency(1)]);
        let after = |linked, links| BalancesAfter {
            linked,
            links,
            ..BalancesAfter::default()
        };
        assert_eq!(roster.catch_up(&after(false, 1)), Err(Linked));
        assert_eq!(roster.catch_up(&after(true, 0)), Err(Linked));
        assert_eq!(roster.cursor(), 7);
        assert_eq!(roster.catch_up(&after(false, 0)), Ok(()));
    }
}

//! What a guild's log channel tells: transactions, and sums of them where there are too many.

use std::collections::{BTreeMap, HashSet, VecDeque};

use ledger::{CurrencyId, HolderId, Kind, Owner, Transaction};

/// A transaction, as far as it concerns one guild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Also the place in the journal.
    pub id: i64,
    pub time_ms: i64,
    pub kind: Kind,
    /// Who ordered it.
    pub actor: HolderId,
    /// Where it came in, such as `discord:/mint`.
    pub source: String,
    pub reason: Option<String>,
    pub moves: Vec<Move>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    pub currency: CurrencyId,
    /// In minor units.
    pub amount: i64,
    pub from: Owner,
    pub to: Owner,
}

impl Entry {
    /// With the moves in these currencies; `None` when there are none.
    pub(crate) fn of(
        transaction: &Transaction,
        concerns: impl Fn(CurrencyId) -> bool,
    ) -> Option<Self> {
        let moves: Vec<Move> = transaction
            .transfers
            .iter()
            .filter(|transfer| concerns(transfer.debit.currency))
            .map(|transfer| Move {
                currency: transfer.debit.currency,
                amount: transfer.amount.get(),
                from: transfer.debit.owner,
                to: transfer.credit.owner,
            })
            .collect();
        (!moves.is_empty()).then(|| Self {
            id: transaction.id.get(),
            time_ms: transaction.time_ms(),
            kind: transaction.kind,
            actor: transaction.actor,
            source: transaction.origin.entry.clone(),
            reason: transaction.detail.reason.clone(),
            moves,
        })
    }
}

/// Which way money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    ToHolders,
    FromHolders,
    Between,
}

impl Move {
    pub(crate) const fn way(&self) -> Way {
        match (self.from, self.to) {
            (Owner::System(_), Owner::Holder(_)) => Way::ToHolders,
            (Owner::Holder(_), Owner::System(_)) => Way::FromHolders,
            _ => Way::Between,
        }
    }
}

/// Many transactions without their details. The sums are exact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Summary {
    parts: BTreeMap<(Kind, CurrencyId, Way), Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Part {
    pub times: u64,
    /// In minor units.
    pub amount: i128,
    actors: HashSet<HolderId>,
}

/// One line of a summary: what, of which currency, and how much.
pub(crate) type PartOf<'a> = ((Kind, CurrencyId, Way), &'a Part);

impl Part {
    const MOST_ACTORS: usize = 10_000;

    /// Who ordered it, and whether there were more than that.
    pub(crate) fn actors(&self) -> (usize, bool) {
        (self.actors.len(), self.actors.len() >= Self::MOST_ACTORS)
    }
}

impl Summary {
    pub(crate) fn add(&mut self, entry: &Entry) {
        for one in &entry.moves {
            let part = self
                .parts
                .entry((entry.kind, one.currency, one.way()))
                .or_default();
            part.times = part.times.saturating_add(1);
            part.amount = part.amount.saturating_add(i128::from(one.amount));
            if part.actors.len() < Part::MOST_ACTORS {
                part.actors.insert(entry.actor);
            }
        }
    }

    pub(crate) fn parts(&self) -> impl Iterator<Item = PartOf<'_>> {
        self.parts.iter().map(|(what, part)| (*what, part))
    }
}

/// All transactions after those that are told one by one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rest {
    pub summary: Summary,
    pub count: u64,
    /// The place of the last one.
    pub upto: i64,
}

impl Rest {
    fn add(&mut self, entry: &Entry) {
        self.summary.add(entry);
        self.count = self.count.saturating_add(1);
        self.upto = self.upto.max(entry.id);
    }

    fn merge(&mut self, other: Rest) {
        for (what, more) in other.summary.parts {
            let part = self.summary.parts.entry(what).or_default();
            part.times = part.times.saturating_add(more.times);
            part.amount = part.amount.saturating_add(more.amount);
            part.actors.extend(more.actors);
        }
        self.count = self.count.saturating_add(other.count);
        self.upto = self.upto.max(other.upto);
    }
}

/// What waits to be told in one guild, oldest first: some transactions one by one, then the sum of all after them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Backlog {
    entries: VecDeque<Entry>,
    rest: Option<Rest>,
}

/// How much of a backlog a message told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub entries: usize,
    /// Of the sum of the rest, to which all entries without room belong.
    pub parts: usize,
}

impl Backlog {
    /// A few messages' worth are told one by one; with more, the channel could not keep up.
    pub(crate) const MOST: usize = 80;

    pub(crate) fn push(&mut self, entry: Entry) {
        match &mut self.rest {
            Some(rest) => rest.add(&entry),
            None if self.entries.len() >= Self::MOST => {
                self.rest.get_or_insert_default().add(&entry);
            }
            None => self.entries.push_back(entry),
        }
    }

    /// How many transactions wait.
    pub(crate) fn count(&self) -> u64 {
        let rest = self.rest.as_ref().map_or(0, |rest| rest.count);
        rest.saturating_add(self.entries.len() as u64)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.rest.is_none()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Whether there are too many to tell each.
    pub(crate) const fn is_flooded(&self) -> bool {
        self.rest.is_some()
    }

    /// The sum of all but the first entries.
    pub(crate) fn sum_after(&self, first: usize) -> Rest {
        let mut rest = self.rest.clone().unwrap_or_default();
        self.entries
            .iter()
            .skip(first)
            .for_each(|entry| rest.add(entry));
        rest
    }

    /// Takes out what a message told, and says up to which place everything is told now.
    pub(crate) fn tell(&mut self, told: Told) -> Option<i64> {
        let last = self.entries.iter().take(told.entries).next_back();
        let last = last.map(|entry| entry.id);
        if !self.is_flooded() {
            self.entries.drain(..told.entries.min(self.entries.len()));
            return last;
        }
        let mut rest = self.sum_after(told.entries);
        self.entries.clear();
        rest.summary.parts = rest.summary.parts.into_iter().skip(told.parts).collect();
        if rest.summary.parts.is_empty() {
            self.rest = None;
            Some(rest.upto)
        } else {
            self.rest = Some(rest);
            last
        }
    }

    /// With what came later behind it.
    pub(crate) fn followed_by(mut self, later: Backlog) -> Self {
        later.entries.into_iter().for_each(|entry| self.push(entry));
        if let Some(rest) = later.rest {
            self.rest.get_or_insert_default().merge(rest);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: i64, actor: i64, amount: i64) -> Entry {
        let currency = CurrencyId::new(7).unwrap();
        Entry {
            id,
            time_ms: id,
            kind: Kind::Mint,
            actor: HolderId::new(actor).unwrap(),
            source: "discord:reaction_add".into(),
            reason: None,
            moves: vec![Move {
                currency,
                amount,
                from: Owner::System(ledger::SystemRole::Issuance),
                to: Owner::Holder(HolderId::new(99).unwrap()),
            }],
        }
    }

    fn backlog(ids: std::ops::RangeInclusive<i64>) -> Backlog {
        let mut backlog = Backlog::default();
        ids.for_each(|id| backlog.push(entry(id, 1 + id % 3, 2)));
        backlog
    }

    fn sums(rest: &Rest) -> Vec<(u64, i128, usize)> {
        let parts = rest.summary.parts();
        parts
            .map(|(_, part)| (part.times, part.amount, part.actors().0))
            .collect()
    }

    #[test]
    fn a_few_are_told_one_by_one() {
        let mut backlog = backlog(1..=5);
        let first = Told {
            entries: 3,
            parts: 0,
        };
        assert_eq!((backlog.tell(first), backlog.count()), (Some(3), 2));
        let second = Told {
            entries: 2,
            parts: 0,
        };
        assert_eq!((backlog.tell(second), backlog.is_empty()), (Some(5), true));
    }

    #[test]
    fn many_are_told_as_a_sum_that_is_exact() {
        let mut backlog = backlog(1..=5_000);
        assert_eq!(
            (backlog.count(), backlog.entries().count()),
            (5_000, Backlog::MOST)
        );
        let rest = backlog.sum_after(10);
        assert_eq!((rest.count, rest.upto), (4_990, 5_000));
        assert_eq!(sums(&rest), [(4_990, 9_980, 3)]);
        let told = Told {
            entries: 10,
            parts: 1,
        };
        assert_eq!(
            (backlog.tell(told), backlog.is_empty()),
            (Some(5_000), true)
        );
    }

    #[test]
    fn a_sum_without_room_for_all_its_parts_goes_on_in_the_next_message() {
        let mut backlog = backlog(1..=100);
        let mut burn = entry(101, 1, 5);
        burn.kind = Kind::Burn;
        backlog.push(burn);
        // Told again after a crash: only up to the last line is everything told.
        let told = Told {
            entries: 10,
            parts: 1,
        };
        assert_eq!(backlog.tell(told), Some(10));
        assert_eq!(sums(&backlog.sum_after(0)), [(1, 5, 1)]);
        let told = Told {
            entries: 0,
            parts: 1,
        };
        assert_eq!((backlog.tell(told), backlog.is_empty()), (Some(101), true));
    }

    #[test]
    fn what_came_while_a_message_was_on_its_way_stays_behind_it() {
        let check = |first: Backlog, later: Backlog, expect: (u64, usize, i64)| {
            let joined = first.followed_by(later);
            let rest = joined.sum_after(0);
            assert_eq!(
                (joined.count(), joined.entries().count(), rest.upto),
                expect
            );
            assert_eq!(sums(&rest)[0].1, i128::from(joined.count()) * 2);
        };
        check(backlog(1..=3), backlog(4..=5), (5, 5, 5));
        check(backlog(1..=3), backlog(4..=300), (300, Backlog::MOST, 300));
        check(
            backlog(1..=200),
            backlog(201..=202),
            (202, Backlog::MOST, 202),
        );
        check(
            Backlog::default(),
            backlog(1..=200),
            (200, Backlog::MOST, 200),
        );
    }
}

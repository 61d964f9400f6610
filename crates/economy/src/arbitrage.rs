use std::collections::{BTreeMap, BTreeSet};

use ledger::{CurrencyId, Rate};

/// A one-way rate between minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateBetween {
    pub from: CurrencyId,
    pub to: CurrencyId,
    pub rate: Rate,
}

/// A round trip that yields more than it started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arbitrage {
    /// The currencies in the order of the trip; the last leads back to the first.
    pub cycle: Vec<CurrencyId>,
}

/// The shortest round trip over these rates that yields more than it started with, if there is one of up to six steps.
///
/// Exact: products of numerators are compared with products of denominators, in as many digits as they need.
pub fn find_arbitrage(rates: &[RateBetween]) -> Option<Arbitrage> {
    let currencies: BTreeSet<CurrencyId> = rates.iter().map(|rate| rate.from).collect();
    (2..=6).find_map(|steps| {
        currencies
            .iter()
            .find_map(|start| Trip::from(*start).gaining(rates, steps))
    })
}

/// The most steps of a trip that [`arbitrage_through`] looks for.
const LONGEST: usize = 16;

/// A short round trip that begins with the rate `new` and yields more than it started with, if the others lead back so, in up to
/// sixteen steps. Another rate between the same two is as if it were replaced.
///
/// Exact like [`find_arbitrage`], but it follows only the best way to each currency: its work grows with the rates, not with the ways
/// that there are. Where the others gain without the new rate already, a trip may be missed that touches such a cycle.
pub fn arbitrage_through(rates: &[RateBetween], new: RateBetween) -> Option<Arbitrage> {
    let others = rates
        .iter()
        .filter(|rate| (rate.from, rate.to) != (new.from, new.to));
    let others: Vec<&RateBetween> = others.collect();
    let mut best = BTreeMap::from([(new.to, Trip::from(new.from).step(&new))]);
    let mut reached: BTreeSet<CurrencyId> = BTreeSet::from([new.to]);
    for _ in 1..LONGEST {
        let from = std::mem::take(&mut reached);
        let before = best.clone();
        for rate in others.iter().filter(|rate| from.contains(&rate.from)) {
            let Some(trip) = before.get(&rate.from) else {
                continue;
            };
            if trip.through.contains(&rate.to) && rate.to != new.from {
                continue;
            }
            let next = trip.step(rate);
            if rate.to == new.from {
                if next.num > next.den {
                    let cycle = next.through;
                    return Some(Arbitrage { cycle });
                }
            } else if best.get(&rate.to).is_none_or(|known| next.beats(known)) {
                best.insert(rate.to, next);
                reached.insert(rate.to);
            }
        }
    }
    None
}

#[derive(Clone)]
struct Trip {
    start: CurrencyId,
    at: CurrencyId,
    through: Vec<CurrencyId>,
    num: Wide,
    den: Wide,
}

impl Trip {
    fn from(start: CurrencyId) -> Self {
        Self {
            start,
            at: start,
            through: vec![start],
            num: Wide::one(),
            den: Wide::one(),
        }
    }

    fn gaining(&self, rates: &[RateBetween], steps: usize) -> Option<Arbitrage> {
        rates
            .iter()
            .filter(|rate| rate.from == self.at)
            .find_map(|rate| {
                let home = rate.to == self.start;
                let last = steps == 1;
                if home != last || (!home && self.through.contains(&rate.to)) {
                    return None;
                }
                let next = self.step(rate);
                if last {
                    return (next.num > next.den).then_some(Arbitrage {
                        cycle: self.through.clone(),
                    });
                }
                next.gaining(rates, steps.saturating_sub(1))
            })
    }

    fn step(&self, rate: &RateBetween) -> Self {
        let mut next = self.clone();
        next.at = rate.to;
        next.num = self.num.times(rate.rate.num());
        next.den = self.den.times(rate.rate.den());
        if rate.to != self.start {
            next.through.push(rate.to);
        }
        next
    }

    fn beats(&self, other: &Self) -> bool {
        self.num.times_wide(&other.den) > other.num.times_wide(&self.den)
    }
}

/// A natural number of any length, in 32-bit digits, most significant last, without leading zeros.
#[derive(Clone, PartialEq, Eq)]
struct Wide(Vec<u32>);

impl Wide {
    fn one() -> Self {
        Self(vec![1])
    }

    fn times(&self, factor: u64) -> Self {
        let (low, high) = (factor & u64::from(u32::MAX), factor >> 32);
        self.times_digit(low).plus_shifted(&self.times_digit(high))
    }

    fn times_wide(&self, factor: &Self) -> Self {
        let nothing = Self(Vec::new());
        // From the most significant digit on, as people divide: one place up, and the next digit's product below it.
        factor.0.iter().rev().fold(nothing, |sum, digit| {
            self.times_digit(u64::from(*digit)).plus_shifted(&sum.0)
        })
    }

    fn times_digit(&self, digit: u64) -> Vec<u32> {
        let mut carry = 0_u64;
        let mut product = Vec::with_capacity(self.0.len().saturating_add(2));
        for part in &self.0 {
            // Below 2^32 times 2^32, plus a carry below 2^32: it fits 64 bits.
            let sum = u64::from(*part).saturating_mul(digit).saturating_add(carry);
            product.push(low_digit(sum));
            carry = sum >> 32;
        }
        product.push(low_digit(carry));
        product
    }

    fn trimmed(mut digits: Vec<u32>) -> Self {
        while digits.last() == Some(&0) {
            digits.pop();
        }
        Self(digits)
    }
}

trait PlusShifted {
    fn plus_shifted(self, high: &[u32]) -> Wide;
}

impl PlusShifted for Vec<u32> {
    fn plus_shifted(self, high: &[u32]) -> Wide {
        let length = self
            .len()
            .max(high.len().saturating_add(1))
            .saturating_add(1);
        let low = self.into_iter().chain(std::iter::repeat(0));
        let high = std::iter::once(0)
            .chain(high.iter().copied())
            .chain(std::iter::repeat(0));
        let mut carry = 0_u64;
        let sum = low.zip(high).take(length).map(|(low, high)| {
            let digit = u64::from(low)
                .saturating_add(u64::from(high))
                .saturating_add(carry);
            carry = digit >> 32;
            low_digit(digit)
        });
        Wide::trimmed(sum.collect())
    }
}

fn low_digit(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        let by_length = self.0.len().cmp(&other.0.len());
        Some(by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Stated<'a> = (i64, i64, &'a str);

    fn id(id: i64) -> CurrencyId {
        CurrencyId::new(id).unwrap()
    }

    fn rates(stated: &[Stated<'_>]) -> Vec<RateBetween> {
        let rate = |(from, to, rate): &Stated<'_>| RateBetween {
            from: id(*from),
            to: id(*to),
            rate: rate.parse().unwrap(),
        };
        stated.iter().map(rate).collect()
    }

    fn found(cycle: &[i64]) -> Arbitrage {
        let cycle = cycle.iter().map(|c| id(*c)).collect();
        Arbitrage { cycle }
    }

    fn check(stated: &[Stated<'_>], expect: Option<&[i64]>) {
        assert_eq!(find_arbitrage(&rates(stated)), expect.map(found));
    }

    /// The last rate is the new one.
    fn check_through(stated: &[Stated<'_>], expect: Option<&[i64]>) {
        let rates = rates(stated);
        let new = *rates.last().unwrap();
        assert_eq!(arbitrage_through(&rates, new), expect.map(found));
    }

    #[test]
    fn a_new_rate_is_asked_for_round_trips_through_it() {
        check_through(&[(1, 2, "2")], None);
        check_through(&[(2, 1, "0.5"), (1, 2, "2")], None);
        check_through(&[(2, 1, "0.51"), (1, 2, "2")], Some(&[1, 2]));
        // What gained before is no matter of the new one.
        check_through(
            &[(3, 4, "2"), (4, 3, "2"), (2, 1, "0.5"), (1, 2, "2")],
            None,
        );
        // The former rate between the same two counts no more.
        check_through(&[(1, 2, "9"), (2, 1, "0.5"), (1, 2, "2")], None);
        // The better of two ways counts, and it is the longer one here.
        check_through(
            &[(2, 1, "0.5"), (2, 3, "1"), (3, 1, "0.5001"), (1, 2, "2")],
            Some(&[1, 2, 3]),
        );
        check_through(
            &[
                (2, 3, "999999999999999999"),
                (3, 4, "999999999999999999/1000000000000000000"),
                (2, 4, "999999999999999998"),
                (4, 1, "1/999999999999999998"),
                (1, 2, "1"),
            ],
            Some(&[1, 2, 3, 4]),
        );
    }

    #[test]
    fn a_long_round_trip_is_found_among_many_rates() {
        let many: i64 = 60;
        let every = (1..=many).flat_map(|from| (1..=many).map(move |to| (from, to)));
        let mut all: Vec<RateBetween> = every
            .filter(|(from, to)| from != to)
            .map(|(from, to)| RateBetween {
                from: id(from),
                to: id(to),
                rate: if to == from + 1 { "1" } else { "1/2" }.parse().unwrap(),
            })
            .collect();
        let back = |from, rate: &str| RateBetween {
            from: id(from),
            to: id(1),
            rate: rate.parse().unwrap(),
        };
        assert_eq!(arbitrage_through(&all, back(12, "1")), None);
        let trip: Vec<i64> = std::iter::once(12).chain(1..12).collect();
        assert_eq!(
            arbitrage_through(&all, back(12, "1000000001/1000000000")),
            Some(found(&trip))
        );
        all.clear();
        assert_eq!(arbitrage_through(&all, back(12, "2")), None);
    }

    #[test]
    fn round_trips_that_gain_are_found_exactly() {
        check(&[], None);
        check(&[(1, 2, "2"), (2, 1, "0.5")], None);
        check(&[(1, 2, "2"), (2, 1, "0.51")], Some(&[1, 2]));
        check(&[(1, 2, "1/3"), (2, 3, "3"), (3, 1, "1")], None);
        check(
            &[
                (1, 2, "1/3"),
                (2, 3, "3"),
                (3, 1, "999999999999999998/999999999999999999"),
            ],
            None,
        );
        check(
            &[
                (1, 2, "1/3"),
                (2, 3, "3"),
                (3, 1, "999999999999999999/999999999999999998"),
            ],
            Some(&[1, 2, 3]),
        );
        check(
            &[
                (1, 2, "999999999999999999"),
                (2, 3, "999999999999999999"),
                (3, 4, "999999999999999999"),
                (4, 1, "1"),
            ],
            Some(&[1, 2, 3, 4]),
        );
    }
}

use std::collections::BTreeSet;

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

    fn check(rates: &[(i64, i64, &str)], expect: Option<&[i64]>) {
        let id = |id| CurrencyId::new(id).unwrap();
        let rates: Vec<_> = rates
            .iter()
            .map(|(from, to, rate)| RateBetween {
                from: id(*from),
                to: id(*to),
                rate: rate.parse().unwrap(),
            })
            .collect();
        let expect = expect.map(|cycle| Arbitrage {
            cycle: cycle.iter().map(|c| id(*c)).collect(),
        });
        assert_eq!(find_arbitrage(&rates), expect);
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

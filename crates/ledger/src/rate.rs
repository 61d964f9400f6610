use std::{fmt, str::FromStr};

use crate::Amount;

/// How many units of one currency one unit of another buys, as an exact fraction of minor units to minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    num: u64,
    den: u64,
}

/// Why a text is not a rate. Variants in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    #[error("a rate is a decimal such as 0.5 or a fraction such as 1/3")]
    NotANumber,
    #[error("a rate is greater than zero")]
    NotPositive,
    #[error("a rate has at most 18 digits above and below the line")]
    TooLarge,
}

/// What an exchange gives and what division left over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// Rounded down: a quote never gives more than the rate.
    pub result: Amount,
    pub remainder: Remainder,
}

/// The part of a minor unit that rounding down left with the issuance side: `num/den`, below one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Remainder {
    pub num: u64,
    pub den: u64,
}

impl Rate {
    const LIMIT: u64 = 1_000_000_000_000_000_000;

    /// # Errors
    /// When either side is zero, or too large even after reduction.
    pub fn new(num: u64, den: u64) -> Result<Self, RateError> {
        if num == 0 || den == 0 {
            return Err(RateError::NotPositive);
        }
        let common = greatest_common_divisor(num, den);
        let (num, den) = (
            num.checked_div(common).unwrap_or(num),
            den.checked_div(common).unwrap_or(den),
        );
        if num > Self::LIMIT || den > Self::LIMIT {
            Err(RateError::TooLarge)
        } else {
            Ok(Self { num, den })
        }
    }

    pub const fn num(self) -> u64 {
        self.num
    }

    pub const fn den(self) -> u64 {
        self.den
    }

    /// Exchanges an amount of minor units; `None` when the result is more than an account can hold.
    pub fn apply(self, amount: Amount) -> Option<Quote> {
        let den = u128::from(self.den);
        // Below 2^63 times 10^18, which is below 2^123; and the denominator is never zero.
        let product = u128::from(amount.get().unsigned_abs()).checked_mul(u128::from(self.num))?;
        let result = i64::try_from(product.checked_div(den)?).ok()?;
        let num = u64::try_from(product.checked_rem(den)?).ok()?;
        Some(Quote {
            result: Amount::new(result).ok()?,
            remainder: Remainder { num, den: self.den },
        })
    }

    /// The same rate between minor units, for a rate that people state between whole units.
    ///
    /// # Errors
    /// When the scales make the fraction too large.
    pub fn between_minor_units(self, from_scale: i64, to_scale: i64) -> Result<Rate, RateError> {
        let num = u128::from(self.num)
            .checked_mul(u128::from(to_scale.unsigned_abs()))
            .ok_or(RateError::TooLarge)?;
        let den = u128::from(self.den)
            .checked_mul(u128::from(from_scale.unsigned_abs()))
            .ok_or(RateError::TooLarge)?;
        let common = greatest_common_divisor_wide(num, den);
        let part = |n: u128| {
            u64::try_from(n.checked_div(common).unwrap_or(n)).map_err(|_| RateError::TooLarge)
        };
        Rate::new(part(num)?, part(den)?)
    }
}

impl fmt::Display for Rate {
    /// As a decimal where that is exact, else as a fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((digits, places)) = exact_decimal(self.num, self.den) else {
            return write!(f, "{}/{}", self.num, self.den);
        };
        if places == 0 {
            return write!(f, "{digits}");
        }
        let text = format!("{digits:0width$}", width = places.saturating_add(1));
        let (whole, fraction) = text.split_at(text.len().saturating_sub(places));
        write!(f, "{whole}.{fraction}")
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let text = text.trim_matches(' ');
        if let Some((num, den)) = text.split_once('/') {
            return Rate::new(
                digits(num.trim_matches(' '))?,
                digits(den.trim_matches(' '))?,
            );
        }
        if text.is_empty() {
            return Err(RateError::NotANumber);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = if text.contains('.') && fraction.is_empty() {
            return Err(RateError::NotANumber);
        } else {
            fraction.trim_end_matches('0')
        };
        let places = u32::try_from(fraction.len()).map_err(|_| RateError::TooLarge)?;
        let den = 10_u64.checked_pow(places).ok_or(RateError::TooLarge)?;
        Rate::new(
            digits(&format!(
                "{}{fraction}",
                if whole.is_empty() { "0" } else { whole }
            ))?,
            den,
        )
    }
}

fn digits(text: &str) -> Result<u64, RateError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RateError::NotANumber);
    }
    text.parse().map_err(|_| RateError::TooLarge)
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

fn greatest_common_divisor_wide(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

/// `num/den` as digits and decimal places, when at most 18 places write it exactly.
fn exact_decimal(num: u64, den: u64) -> Option<(u128, usize)> {
    (0..=18_usize).find_map(|places| {
        let scaled =
            u128::from(num).checked_mul(10_u128.checked_pow(u32::try_from(places).ok()?)?)?;
        (scaled.checked_rem(u128::from(den))? == 0).then(|| {
            scaled
                .checked_div(u128::from(den))
                .map(|digits| (digits, places))
        })?
    })
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: Result<(u64, u64), RateError>) {
        assert_eq!(
            text.parse::<Rate>().map(|rate| (rate.num, rate.den)),
            expect,
            "{text:?}"
        );
    }

    #[test]
    fn rates_are_read_exactly_or_refused() {
        use RateError::*;
        check("2", Ok((2, 1)));
        check("0.5", Ok((1, 2)));
        check("1/3", Ok((1, 3)));
        check("6/4", Ok((3, 2)));
        check("1.2500", Ok((5, 4)));
        check(".1", Ok((1, 10)));
        check("0", Err(NotPositive));
        check("1/0", Err(NotPositive));
        check("0.0000000000000000000000001", Err(TooLarge));
        for text in ["", ".", "1.", "-1", "1e3", "a/b", "1/2/3", "１", "1,5", "∞"] {
            check(text, Err(NotANumber));
        }
    }

    #[test]
    fn a_rate_is_shown_as_people_write_it() {
        for (text, shown) in [
            ("2", "2"),
            ("0.5", "0.5"),
            ("1/3", "1/3"),
            ("2.50", "2.5"),
            ("1/8", "0.125"),
            ("0.05", "0.05"),
        ] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), shown);
        }
    }

    proptest! {
        #[test]
        fn a_quote_is_exact_and_never_gives_more(amount in 0..=i64::MAX, num in 1..=1_000_000_000_u64, den in 1..=1_000_000_000_u64) {
            let rate = Rate::new(num, den).unwrap();
            if let Some(quote) = rate.apply(Amount::new(amount).unwrap()) {
                let given = u128::from(quote.result.get().unsigned_abs()) * u128::from(rate.den) + u128::from(quote.remainder.num);
                prop_assert_eq!(given, u128::from(amount.unsigned_abs()) * u128::from(rate.num));
                prop_assert!(quote.remainder.num < quote.remainder.den);
            }
        }

        #[test]
        fn a_shown_rate_is_the_rate(num in 1..=1_000_000_u64, den in 1..=1_000_000_u64) {
            let rate = Rate::new(num, den).unwrap();
            prop_assert_eq!(rate.to_string().parse::<Rate>(), Ok(rate));
        }
    }
}

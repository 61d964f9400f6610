use std::fmt;

use serde::Serialize;

use crate::Decimals;

/// An amount of money in minor units of its currency: from 0 to `i64::MAX`. It never overflows and is never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Amount(i64);

/// Why a text or number is not an amount. Variants in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("an amount is digits with an optional decimal point, such as 12 or 0.5")]
    NotANumber,
    #[error("this currency has {allowed} decimals, the amount has {given}")]
    TooManyDecimals { allowed: u8, given: u8 },
    #[error("the amount is larger than a wallet can hold")]
    TooLarge,
    #[error("an amount is never below zero")]
    Negative,
}

impl Amount {
    pub const ZERO: Amount = Amount(0);

    /// The most that may ever be issued of one currency, 2^62 minor units: sums of balances stay far from overflow.
    pub const SUPPLY_CAP: Amount = Amount(1 << 62);

    /// # Errors
    /// When the number is negative.
    pub const fn new(minor_units: i64) -> Result<Self, AmountError> {
        if minor_units < 0 {
            Err(AmountError::Negative)
        } else {
            Ok(Self(minor_units))
        }
    }

    /// One whole unit of a currency with these decimals.
    pub const fn one(decimals: Decimals) -> Self {
        Self(decimals.scale())
    }

    /// Minor units.
    pub const fn get(self) -> i64 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub fn checked_add(self, other: Amount) -> Option<Amount> {
        self.0.checked_add(other.0).map(Amount)
    }

    /// `None` when `other` is the larger one.
    pub fn checked_sub(self, other: Amount) -> Option<Amount> {
        self.0
            .checked_sub(other.0)
            .filter(|rest| *rest >= 0)
            .map(Amount)
    }

    /// Reads `12`, `12.5` or `.5` in a currency with these decimals. ASCII digits only: no sign, exponent or grouping.
    ///
    /// # Errors
    /// [`AmountError`], without rounding anything away.
    pub fn parse(text: &str, decimals: Decimals) -> Result<Amount, AmountError> {
        let text = text.trim_matches(' ');
        if let Some(rest) = text.strip_prefix('-') {
            let number = rest.starts_with(|first: char| first.is_ascii_digit() || first == '.');
            let error =
                Self::parse(rest, decimals).map_or_else(|error| error, |_| AmountError::Negative);
            return Err(if number {
                error
            } else {
                AmountError::NotANumber
            });
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return Err(AmountError::NotANumber);
        }
        if text.ends_with('.') {
            return Err(AmountError::NotANumber);
        }
        let significant = fraction.trim_end_matches('0');
        if significant.len() > usize::from(decimals.get()) {
            let given = u8::try_from(significant.len()).unwrap_or(u8::MAX);
            return Err(AmountError::TooManyDecimals {
                allowed: decimals.get(),
                given,
            });
        }
        let padding = usize::from(decimals.get()).saturating_sub(significant.len());
        let digits = whole
            .bytes()
            .chain(significant.bytes())
            .chain(std::iter::repeat_n(b'0', padding));
        digits
            .map(|byte| i64::from(byte.saturating_sub(b'0')))
            .try_fold(0_i64, push_digit)
            .map(Amount)
            .ok_or(AmountError::TooLarge)
    }

    /// Decimal text in a currency with these decimals: `12`, `12.50`. [`Amount::parse`] reads it back.
    pub fn display(self, decimals: Decimals) -> impl fmt::Display {
        Decimal {
            minor_units: self.0,
            decimals,
        }
    }
}

fn push_digit(number: i64, digit: i64) -> Option<i64> {
    number.checked_mul(10)?.checked_add(digit)
}

/// What an account holds, in minor units. Only an issuance account goes below zero: it stands at minus the supply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Balance(i64);

impl Balance {
    pub const ZERO: Balance = Balance(0);

    pub const fn new(minor_units: i64) -> Self {
        Self(minor_units)
    }

    /// Minor units.
    pub const fn get(self) -> i64 {
        self.0
    }

    pub fn credited(self, amount: Amount) -> Option<Balance> {
        self.0.checked_add(amount.0).map(Balance)
    }

    pub fn debited(self, amount: Amount) -> Option<Balance> {
        self.0.checked_sub(amount.0).map(Balance)
    }

    /// The balance as an amount; zero when it is below zero.
    pub fn positive(self) -> Amount {
        Amount(self.0.max(0))
    }

    pub fn display(self, decimals: Decimals) -> impl fmt::Display {
        Decimal {
            minor_units: self.0,
            decimals,
        }
    }
}

impl From<Amount> for Balance {
    fn from(amount: Amount) -> Self {
        Self(amount.0)
    }
}

struct Decimal {
    minor_units: i64,
    decimals: Decimals,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = self.decimals.scale().unsigned_abs();
        let magnitude = self.minor_units.unsigned_abs();
        // The scale is a power of ten, never zero.
        let (whole, fraction) = (
            magnitude.checked_div(scale).unwrap_or(0),
            magnitude.checked_rem(scale).unwrap_or(0),
        );
        let sign = if self.minor_units < 0 { "-" } else { "" };
        if self.decimals.get() == 0 {
            return write!(f, "{sign}{whole}");
        }
        write!(
            f,
            "{sign}{whole}.{fraction:0width$}",
            width = usize::from(self.decimals.get())
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, decimals: u8, expect: Result<i64, AmountError>) {
        let decimals = Decimals::new(decimals).unwrap();
        assert_eq!(
            Amount::parse(text, decimals).map(Amount::get),
            expect,
            "{text:?}"
        );
    }

    #[test]
    fn decimal_text_is_read_exactly_or_refused() {
        use AmountError::*;
        check("12", 0, Ok(12));
        check("12", 2, Ok(1200));
        check("12.5", 2, Ok(1250));
        check("12.50000", 1, Ok(125));
        check(".5", 1, Ok(5));
        check("0", 9, Ok(0));
        check("9223372036854775807", 0, Ok(i64::MAX));
        check("9007199254740993", 0, Ok(9_007_199_254_740_993));
        check("9223372036854775808", 0, Err(TooLarge));
        check("9223372036.854775808", 9, Err(TooLarge));
        check(
            "12.345",
            2,
            Err(TooManyDecimals {
                allowed: 2,
                given: 3,
            }),
        );
        check("-5", 0, Err(Negative));
        for text in [
            "",
            ".",
            "1.",
            "1e3",
            "+1",
            "1,000",
            "１２",
            "٣",
            "1 000",
            "0x10",
            "NaN",
            "--1",
            "1.2.3",
            "\u{202e}1",
            "1\u{0}",
        ] {
            check(text, 2, Err(NotANumber));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(minor in 0..=i64::MAX, decimals in 0_u8..=9) {
            let decimals = Decimals::new(decimals).unwrap();
            let amount = Amount::new(minor).unwrap();
            prop_assert_eq!(Amount::parse(&amount.display(decimals).to_string(), decimals), Ok(amount));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", decimals in 0_u8..=9) {
            let _ = Amount::parse(&text, Decimals::new(decimals).unwrap());
        }
    }
}

//! Numbers as JSON has them: toncenter writes most as text, some servers as numbers, and a few as null.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A whole number that does not fit is an error, never a wrong number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number<T>(pub(super) T);

impl<'de, T: FromStr + TryFrom<u64> + TryFrom<i64>> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor(PhantomData))
    }
}

struct NumberVisitor<T>(PhantomData<T>);

impl<T: FromStr + TryFrom<u64> + TryFrom<i64>> Visitor<'_> for NumberVisitor<T> {
    type Value = Number<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number that fits, or its text")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        T::try_from(value)
            .map(Number)
            .map_err(|_| E::custom("the number is too large"))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        T::try_from(value)
            .map(Number)
            .map_err(|_| E::custom("the number does not fit"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        value
            .parse()
            .map(Number)
            .map_err(|_| E::custom("the text is no number that fits"))
    }
}

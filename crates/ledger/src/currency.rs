use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CurrencyId, GroupId};

/// Digits behind the decimal point: 0 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimals(u8);

impl Decimals {
    /// `None` for more than nine: one whole unit must stay far below `i64::MAX`.
    pub const fn new(digits: u8) -> Option<Self> {
        if digits <= 9 {
            Some(Self(digits))
        } else {
            None
        }
    }

    pub const fn get(self) -> u8 {
        self.0
    }

    /// Minor units in one whole unit.
    pub const fn scale(self) -> i64 {
        10_i64.saturating_pow(self.0 as u32)
    }
}

/// A currency's class, as games tell coins that are earned from those that are bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    #[default]
    Regular,
    Premium,
}

/// A frozen currency keeps its balances and its history; nothing moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum CurrencyState {
    #[default]
    Active,
    Frozen,
}

/// A currency's name: 2 to 32 ASCII letters, digits or underscores, so that it can also be a Discord emoji's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct CurrencyName(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("a currency's name has 2 to 32 characters, this one has {length}")]
    Length { length: usize },
    #[error("a currency's name has only letters a to z, digits and underscores, not {character:?}")]
    Character { character: char },
}

impl CurrencyName {
    /// # Errors
    /// [`NameError`] for a wrong length or character.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        let length = name.chars().count();
        if let Some(character) = name
            .chars()
            .find(|c| !c.is_ascii_alphanumeric() && *c != '_')
        {
            return Err(NameError::Character { character });
        }
        if !(2..=32).contains(&length) {
            return Err(NameError::Length { length });
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CurrencyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a decision needs to know of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    pub id: CurrencyId,
    pub group: GroupId,
    pub name: CurrencyName,
    /// A symbol such as `¤`, or nothing; pictures are kept by the fronts that show them.
    pub symbol: Option<String>,
    pub decimals: Decimals,
    pub class: Class,
    pub state: CurrencyState,
}

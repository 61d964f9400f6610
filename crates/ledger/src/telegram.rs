use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{IdError, Identity};

/// A person as Telegram numbers them (<https://core.telegram.org/bots/api#user>): at most 52 significant bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct TelegramUserId(u64);

impl TelegramUserId {
    const MOST: u64 = (1 << 52) - 1;

    /// # Errors
    /// When the number is zero or larger than Telegram's are.
    pub const fn new(id: u64) -> Result<Self, IdError> {
        if id > 0 && id <= Self::MOST {
            Ok(Self(id))
        } else {
            Err(IdError)
        }
    }

    pub const fn get(self) -> u64 {
        self.0
    }

    /// As a column of a database.
    pub const fn bits(self) -> i64 {
        self.0.cast_signed()
    }

    pub fn identity(self) -> Identity {
        Identity::telegram(self.0)
    }
}

impl TryFrom<u64> for TelegramUserId {
    type Error = IdError;

    fn try_from(id: u64) -> Result<Self, IdError> {
        Self::new(id)
    }
}

impl From<TelegramUserId> for u64 {
    fn from(id: TelegramUserId) -> u64 {
        id.0
    }
}

impl FromStr for TelegramUserId {
    type Err = IdError;

    /// ASCII digits only, without a leading zero.
    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        let id = if digits { text.parse().ok() } else { None };
        id.ok_or(IdError).and_then(Self::new)
    }
}

impl fmt::Display for TelegramUserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for TelegramUserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TelegramUserId({})", self.0)
    }
}

/// One run of the game; random, and used once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunId([u8; 16]);

impl RunId {
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// In hexadecimal.
impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunId({self})")
    }
}

/// An achievement of the game, as the configuration numbers it: 1 to 62.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct AchievementId(u8);

impl AchievementId {
    /// # Errors
    /// When the number is not one of 1 to 62.
    pub const fn new(id: u8) -> Result<Self, IdError> {
        if id >= 1 && id <= 62 {
            Ok(Self(id))
        } else {
            Err(IdError)
        }
    }

    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for AchievementId {
    type Error = IdError;

    fn try_from(id: u8) -> Result<Self, IdError> {
        Self::new(id)
    }
}

impl From<AchievementId> for u8 {
    fn from(id: AchievementId) -> u8 {
        id.0
    }
}

impl fmt::Display for AchievementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The achievements that a player has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Achievements(i64);

impl Achievements {
    pub const NONE: Achievements = Achievements(0);

    /// From a column: bit `n` stands for achievement `n`.
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits)
    }

    pub const fn bits(self) -> i64 {
        self.0
    }

    pub const fn has(self, achievement: AchievementId) -> bool {
        self.0 & Self::bit(achievement) != 0
    }

    #[must_use]
    pub const fn with(self, achievement: AchievementId) -> Self {
        Self(self.0 | Self::bit(achievement))
    }

    pub fn iter(self) -> impl Iterator<Item = AchievementId> {
        (1..=62)
            .map(AchievementId)
            .filter(move |achievement| self.has(*achievement))
    }

    const fn bit(achievement: AchievementId) -> i64 {
        // A shift of 1 to 62 stays within 63 bits.
        1_i64.wrapping_shl(achievement.0 as u32)
    }
}

impl fmt::Debug for Achievements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|one| one.0)).finish()
    }
}

/// A payment with Telegram Stars: the SHA-256 of its `telegram_payment_charge_id`
/// (<https://core.telegram.org/bots/api#successfulpayment>), which is kept where the payment is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StarsCharge([u8; 32]);

impl StarsCharge {
    pub fn of(charge_id: &str) -> Self {
        Self(Sha256::digest(charge_id).into())
    }

    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for StarsCharge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StarsCharge(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_digits_only() {
        let check = |text: &str, expect: Option<u64>| {
            let read = text.parse::<TelegramUserId>().ok();
            assert_eq!(read.map(TelegramUserId::get), expect, "{text:?}");
        };
        check("42", Some(42));
        check("4503599627370495", Some(4_503_599_627_370_495));
        check("4503599627370496", None);
        check("042", None);
        check("+42", None);
        check("\u{0664}\u{0662}", None);
        check("", None);
        check("0", None);
    }

    #[test]
    fn a_player_has_each_achievement_or_not() {
        let of = |id| AchievementId::new(id).expect("1 to 62");
        let both = Achievements::NONE.with(of(1)).with(of(62)).with(of(1));
        assert_eq!(
            both.iter().map(AchievementId::get).collect::<Vec<_>>(),
            [1, 62]
        );
        assert!(!both.has(of(2)));
        assert!(both.bits() > 0);
        assert!(AchievementId::new(0).is_err() && AchievementId::new(63).is_err());
    }
}

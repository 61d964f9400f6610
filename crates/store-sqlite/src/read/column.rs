//! The database's numbers and words as the domain's values.

use app::Scopes;
use ledger::{
    Amount, ApiKeyId, Class, CurrencyId, CurrencyState, Decimals, GroupId, GroupKind, GuildId,
    HoldId, HolderId, Identity, JobId, Kind, NoteId, Platform, Standing, TransactionId, WebhookId,
};
use rusqlite::{Row, RowIndex};

use super::ReadError;

/// A value that is kept as an integer.
pub(crate) trait Number: Sized {
    const WHAT: &'static str;

    fn from_number(number: i64) -> Option<Self>;
}

/// A value that is kept as a word.
pub(crate) trait Word: Copy + Sized + 'static {
    const WHAT: &'static str;
    const ALL: &'static [Self];

    fn word(self) -> &'static str;
}

macro_rules! ids {
    ($($id:ident)*) => {$(
        impl Number for $id {
            const WHAT: &'static str = stringify!($id);

            fn from_number(number: i64) -> Option<Self> {
                $id::new(number).ok()
            }
        }
    )*};
}

ids! { HolderId CurrencyId GroupId TransactionId NoteId HoldId GuildId JobId ApiKeyId WebhookId Amount }

impl Number for ledger::ItemId {
    const WHAT: &'static str = "ItemId";

    fn from_number(number: i64) -> Option<Self> {
        Self::new(number).ok()
    }
}

impl Number for Kind {
    const WHAT: &'static str = "kind";

    fn from_number(number: i64) -> Option<Self> {
        u8::try_from(number).ok().and_then(Kind::from_code)
    }
}

impl Number for Decimals {
    const WHAT: &'static str = "decimals";

    fn from_number(number: i64) -> Option<Self> {
        u8::try_from(number).ok().and_then(Decimals::new)
    }
}

macro_rules! words {
    ($($type:ident { $($variant:ident $word:literal)* })*) => {$(
        impl Word for $type {
            const WHAT: &'static str = stringify!($type);
            const ALL: &'static [Self] = &[$($type::$variant),*];

            fn word(self) -> &'static str {
                match self { $($type::$variant => $word,)* }
            }
        }
    )*};
}

words! {
    GroupKind { Global "global" Local "local" Single "single" }
    Class { Regular "regular" Premium "premium" }
    CurrencyState { Active "active" Frozen "frozen" }
    Platform { Discord "discord" Telegram "telegram" App "app" Guild "guild" Operator "operator" }
}

/// A column that is an integer.
pub(crate) fn column<T: Number>(row: &Row<'_>, index: impl RowIndex) -> Result<T, ReadError> {
    number(row.get(index)?)
}

/// A column that is an integer or NULL.
pub(crate) fn column_opt<T: Number>(
    row: &Row<'_>,
    index: impl RowIndex,
) -> Result<Option<T>, ReadError> {
    row.get::<_, Option<i64>>(index)?.map(number).transpose()
}

pub(crate) fn number<T: Number>(stored: i64) -> Result<T, ReadError> {
    T::from_number(stored).ok_or_else(|| damaged(T::WHAT, stored))
}

/// A column that is a word.
pub(crate) fn word<T: Word>(row: &Row<'_>, index: impl RowIndex) -> Result<T, ReadError> {
    let stored: String = row.get(index)?;
    let known = T::ALL.iter().copied().find(|known| known.word() == stored);
    known.ok_or_else(|| damaged(T::WHAT, stored))
}

/// A holder's standing, from its two columns.
pub(super) fn standing(row: &Row<'_>, word: usize, into: usize) -> Result<Standing, ReadError> {
    let stored: String = row.get(word)?;
    match (stored.as_str(), column_opt(row, into)?) {
        ("open", None) => Ok(Standing::Open),
        ("frozen", None) => Ok(Standing::Frozen),
        ("merged", Some(into)) => Ok(Standing::Merged(into)),
        _ => Err(damaged("standing", stored)),
    }
}

pub(super) fn identity(row: &Row<'_>, index: usize) -> Result<Identity, ReadError> {
    let stored: String = row.get(index)?;
    stored.parse().map_err(|_| damaged("identity", stored))
}

pub(super) fn scopes(row: &Row<'_>, index: usize) -> Result<Scopes, ReadError> {
    let stored: String = row.get(index)?;
    serde_json::from_str(&stored).map_err(|_| damaged("scopes", stored))
}

pub(super) fn json(row: &Row<'_>, index: usize) -> Result<serde_json::Value, ReadError> {
    let stored: String = row.get(index)?;
    serde_json::from_str(&stored).map_err(|_| damaged("JSON", stored))
}

/// Discord's ids are unsigned; the database keeps the same bits.
pub(super) fn snowflake(row: &Row<'_>, index: usize) -> Result<u64, ReadError> {
    Ok(row.get::<_, i64>(index)?.cast_unsigned())
}

pub(super) fn snowflake_opt(row: &Row<'_>, index: usize) -> Result<Option<u64>, ReadError> {
    Ok(row.get::<_, Option<i64>>(index)?.map(i64::cast_unsigned))
}

/// A number that never was below zero.
pub(super) fn count<T: TryFrom<i64>>(row: &Row<'_>, index: usize) -> Result<T, ReadError> {
    let stored: i64 = row.get(index)?;
    T::try_from(stored).map_err(|_| damaged("count", stored))
}

pub(super) fn damaged(what: &str, stored: impl std::fmt::Display) -> ReadError {
    ReadError::Damaged(format!("{stored} is no {what}"))
}

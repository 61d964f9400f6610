//! The database's numbers and words as the domain's values.

use app::Scopes;
use economy::MintPolicy;
use ledger::{Identity, Standing, TonAddress, TonHash};
use posting::stored::{Number, Word};
use rusqlite::{Row, RowIndex};

use super::ReadError;

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

/// A guild's policy; the default one for NULL.
pub(super) fn mint_policy(row: &Row<'_>, index: usize) -> Result<MintPolicy, ReadError> {
    let Some(stored) = row.get::<_, Option<String>>(index)? else {
        return Ok(MintPolicy::default());
    };
    serde_json::from_str(&stored).map_err(|_| damaged("mint policy", stored))
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

pub(super) fn address(stored: &str) -> Result<TonAddress, ReadError> {
    stored.parse().map_err(|_| damaged("TON address", stored))
}

/// A TON address or NULL.
pub(super) fn address_opt(row: &Row<'_>, index: usize) -> Result<Option<TonAddress>, ReadError> {
    let stored: Option<String> = row.get(index)?;
    stored.as_deref().map(address).transpose()
}

pub(super) fn hash(row: &Row<'_>, index: usize) -> Result<TonHash, ReadError> {
    Ok(TonHash::from_bytes(row.get(index)?))
}

pub(super) fn hash_opt(row: &Row<'_>, index: usize) -> Result<Option<TonHash>, ReadError> {
    let stored: Option<[u8; 32]> = row.get(index)?;
    Ok(stored.map(TonHash::from_bytes))
}

/// A number that never was below zero, or NULL.
pub(super) fn count_opt<T: TryFrom<i64>>(
    row: &Row<'_>,
    index: usize,
) -> Result<Option<T>, ReadError> {
    let stored: Option<i64> = row.get(index)?;
    let read = |stored| T::try_from(stored).map_err(|_| damaged("count", stored));
    stored.map(read).transpose()
}

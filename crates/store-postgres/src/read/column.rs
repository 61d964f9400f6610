//! The database's numbers and words as the domain's values.

use std::error::Error;

use app::Scopes;
use economy::MintPolicy;
use ledger::{Identity, Standing, TonAddress, TonHash};
use posting::stored::{Number, Word};
use tokio_postgres::{
    Row,
    types::{FromSql, Type},
};

use crate::error::{Sql, SqlError};

/// An integer of any width.
struct Integer(i64);

impl<'a> FromSql<'a> for Integer {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        match *ty {
            Type::INT2 => i16::from_sql(ty, raw).map(|small| Self(small.into())),
            Type::INT4 => i32::from_sql(ty, raw).map(|middle| Self(middle.into())),
            _ => i64::from_sql(ty, raw).map(Self),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT2 | Type::INT4 | Type::INT8)
    }
}

/// A column that is an integer.
pub(crate) fn column<T: Number>(row: &Row, index: usize) -> Sql<T> {
    number(row.try_get::<_, Integer>(index)?.0)
}

/// A column that is an integer or NULL.
pub(crate) fn column_opt<T: Number>(row: &Row, index: usize) -> Sql<Option<T>> {
    let stored: Option<Integer> = row.try_get(index)?;
    stored.map(|stored| number(stored.0)).transpose()
}

pub(crate) fn number<T: Number>(stored: i64) -> Sql<T> {
    T::from_number(stored).ok_or_else(|| damaged(T::WHAT, stored))
}

/// A column that is a word.
pub(crate) fn word<T: Word>(row: &Row, index: usize) -> Sql<T> {
    let stored: &str = row.try_get(index)?;
    let known = T::ALL.iter().copied().find(|known| known.word() == stored);
    known.ok_or_else(|| damaged(T::WHAT, stored))
}

/// A holder's standing, from its two columns.
pub(super) fn standing(row: &Row, word: usize, into: usize) -> Sql<Standing> {
    let stored: &str = row.try_get(word)?;
    match (stored, column_opt(row, into)?) {
        ("open", None) => Ok(Standing::Open),
        ("frozen", None) => Ok(Standing::Frozen),
        ("merged", Some(into)) => Ok(Standing::Merged(into)),
        _ => Err(damaged("standing", stored)),
    }
}

pub(super) fn identity(row: &Row, index: usize) -> Sql<Identity> {
    let stored: &str = row.try_get(index)?;
    stored.parse().map_err(|_| damaged("identity", stored))
}

pub(super) fn scopes(row: &Row, index: usize) -> Sql<Scopes> {
    let stored: &str = row.try_get(index)?;
    serde_json::from_str(stored).map_err(|_| damaged("scopes", stored))
}

/// A guild's policy; the default one for NULL.
pub(super) fn mint_policy(row: &Row, index: usize) -> Sql<MintPolicy> {
    let Some(stored) = row.try_get::<_, Option<&str>>(index)? else {
        return Ok(MintPolicy::default());
    };
    serde_json::from_str(stored).map_err(|_| damaged("mint policy", stored))
}

pub(super) fn json(row: &Row, index: usize) -> Sql<serde_json::Value> {
    let stored: &str = row.try_get(index)?;
    serde_json::from_str(stored).map_err(|_| damaged("JSON", stored))
}

/// Discord's ids are unsigned; the database keeps the same bits.
pub(super) fn snowflake(row: &Row, index: usize) -> Sql<u64> {
    Ok(row.try_get::<_, i64>(index)?.cast_unsigned())
}

pub(super) fn snowflake_opt(row: &Row, index: usize) -> Sql<Option<u64>> {
    Ok(row
        .try_get::<_, Option<i64>>(index)?
        .map(i64::cast_unsigned))
}

/// A number that never was below zero.
pub(super) fn count<T: TryFrom<i64>>(row: &Row, index: usize) -> Sql<T> {
    let stored = row.try_get::<_, Integer>(index)?.0;
    T::try_from(stored).map_err(|_| damaged("count", stored))
}

/// A sum, which may be wider than 64 bits: `numeric` as its text.
pub(super) fn sum(row: &Row, index: usize) -> Sql<i128> {
    let stored: &str = row.try_get(index)?;
    stored.parse().map_err(|_| damaged("sum", stored))
}

pub(super) fn damaged(what: &str, stored: impl std::fmt::Display) -> SqlError {
    SqlError::Damaged(format!("{stored} is no {what}"))
}

pub(super) fn address(row: &Row, index: usize) -> Sql<TonAddress> {
    parsed(row.try_get(index)?)
}

/// A TON address or NULL.
pub(super) fn address_opt(row: &Row, index: usize) -> Sql<Option<TonAddress>> {
    let stored: Option<&str> = row.try_get(index)?;
    stored.map(parsed).transpose()
}

fn parsed(stored: &str) -> Sql<TonAddress> {
    stored.parse().map_err(|_| damaged("TON address", stored))
}

pub(super) fn hash(row: &Row, index: usize) -> Sql<TonHash> {
    bytes(row.try_get(index)?).map(TonHash::from_bytes)
}

pub(super) fn hash_opt(row: &Row, index: usize) -> Sql<Option<TonHash>> {
    let stored: Option<&[u8]> = row.try_get(index)?;
    stored
        .map(|stored| bytes(stored).map(TonHash::from_bytes))
        .transpose()
}

/// Bytes of a known length.
pub(super) fn bytes<const LENGTH: usize>(stored: &[u8]) -> Sql<[u8; LENGTH]> {
    let read = <[u8; LENGTH]>::try_from(stored);
    read.map_err(|_| damaged("hash", stored.len()))
}

/// A number that never was below zero, or NULL.
pub(super) fn count_opt<T: TryFrom<i64>>(row: &Row, index: usize) -> Sql<Option<T>> {
    let stored: Option<Integer> = row.try_get(index)?;
    let read = |Integer(stored)| T::try_from(stored).map_err(|_| damaged("count", stored));
    stored.map(read).transpose()
}

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::{ReadError, journal::mark_at};

/// The balances that the transfers after the account table's mark left: with them the table is exact.
#[derive(Debug, Default)]
pub(super) struct Tail(FxHashMap<i64, i64>);

impl Tail {
    pub(super) fn load(db: &Connection) -> Result<Self, ReadError> {
        let mark = mark_at(db, "snapshot")?;
        let mut statement = db.prepare_cached(
            "SELECT debit, debit_after, credit, credit_after FROM transfer WHERE id > ?1 ORDER BY id",
        )?;
        let mut rows = statement.query([mark])?;
        let mut newest = FxHashMap::default();
        while let Some(row) = rows.next()? {
            newest.insert(row.get(0)?, row.get(1)?);
            newest.insert(row.get(2)?, row.get(3)?);
        }
        Ok(Self(newest))
    }

    /// An account's balance, from its number and its row.
    pub(super) fn balance(&self, account_ref: i64, stored: i64) -> i64 {
        if self.0.is_empty() {
            return stored;
        }
        self.0.get(&account_ref).copied().unwrap_or(stored)
    }
}

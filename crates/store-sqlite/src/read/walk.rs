use std::collections::BinaryHeap;

use rusqlite::Connection;

use super::{
    ReadError,
    journal::{JournalRow, transfer_fetch},
};

/// Several chains of transfers, each from its newest one back, merged into one: the newest transfer first.
///
/// A transfer names the one before it of its debit account, of its credit account and of its origin.
pub(super) struct Walk<'db> {
    db: &'db Connection,
    /// The next transfer of each chain, and whose chain it is.
    heads: BinaryHeap<(i64, i64)>,
    before: fn(&JournalRow, i64) -> Option<i64>,
}

impl<'db> Walk<'db> {
    /// Along accounts; heads are their last transfers and their own numbers.
    pub(super) fn accounts(
        db: &'db Connection,
        heads: impl IntoIterator<Item = (i64, i64)>,
    ) -> Self {
        Self::new(db, heads, |row, account| match account {
            debit if debit == row.debit => Some(row.debit_prev),
            credit if credit == row.credit => Some(row.credit_prev),
            _ => None,
        })
    }

    /// Along origins; heads are their last transfers and their own numbers.
    pub(super) fn origins(
        db: &'db Connection,
        heads: impl IntoIterator<Item = (i64, i64)>,
    ) -> Self {
        Self::new(db, heads, |row, origin| {
            (row.origin == origin).then_some(row.origin_prev)
        })
    }

    fn new(
        db: &'db Connection,
        heads: impl IntoIterator<Item = (i64, i64)>,
        before: fn(&JournalRow, i64) -> Option<i64>,
    ) -> Self {
        let heads = heads.into_iter().filter(|(last, _)| *last != 0).collect();
        Self { db, heads, before }
    }

    fn step(&mut self, id: i64, chain: i64) -> Result<(i64, JournalRow), ReadError> {
        let row = transfer_fetch(self.db, id)?
            .ok_or_else(|| ReadError::Damaged(format!("transfer {id} is not there")))?;
        match (self.before)(&row, chain) {
            Some(0) => {}
            Some(before) if before < id => self.heads.push((before, chain)),
            _ => {
                return Err(ReadError::Damaged(format!(
                    "transfer {id} does not lead on in the chain of {chain}"
                )));
            }
        }
        Ok((chain, row))
    }
}

impl Iterator for Walk<'_> {
    /// Whose chain, and the transfer.
    type Item = Result<(i64, JournalRow), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (id, chain) = self.heads.pop()?;
        Some(self.step(id, chain))
    }
}

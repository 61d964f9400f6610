//! Daily flows by currency, origin and kind: added up in memory, written behind, exact together with the journal after their mark.

use posting::{Direction, FlowKey, FlowSum};
use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;

#[derive(Debug, Default)]
pub(crate) struct Flows {
    /// Of the running batch.
    batch: FxHashMap<FlowKey, FlowSum>,
    /// Committed in the journal, not yet in the table.
    pending: FxHashMap<FlowKey, FlowSum>,
    transfers: u64,
    commits: u32,
}

impl Flows {
    /// Written after so many transfers or commits, whichever comes first: what readers must read from the journal stays short.
    const TRANSFERS: u64 = 16_384;
    const COMMITS: u32 = 64;

    pub(crate) fn add(&mut self, key: FlowKey, id: i64, amount: i64, direction: Direction) {
        self.batch
            .entry(key)
            .or_default()
            .add(id, amount, direction);
    }

    pub(crate) fn committed(&mut self) {
        for (key, sum) in self.batch.drain() {
            self.transfers = self.transfers.saturating_add(sum.transfers.unsigned_abs());
            self.pending.entry(key).or_default().absorb(&sum);
        }
        self.commits += 1;
    }

    pub(crate) fn undo(&mut self) {
        self.batch.clear();
    }

    pub(crate) fn due(&self) -> bool {
        !self.pending.is_empty()
            && (self.transfers >= Self::TRANSFERS || self.commits >= Self::COMMITS)
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.pending.is_empty()
    }

    /// Writes what is pending, inside the running transaction. [`Flows::written`] follows its commit.
    pub(crate) fn write(&self, db: &Connection) -> rusqlite::Result<()> {
        flows_add(db, &self.pending)
    }

    pub(crate) fn written(&mut self) {
        self.pending.clear();
        self.transfers = 0;
        self.commits = 0;
    }
}

/// Adds sums to the table's rows.
pub(crate) fn flows_add(
    db: &Connection,
    sums: &FxHashMap<FlowKey, FlowSum>,
) -> rusqlite::Result<()> {
    let mut fetch = db.prepare_cached(
        "SELECT transfers, issued, retired, moved, first, last FROM flow WHERE day = ?1 AND currency = ?2 AND origin = ?3 AND kind = ?4",
    )?;
    let mut put = db.prepare_cached(
        "INSERT INTO flow (day, currency, origin, kind, transfers, issued, retired, moved, first, last) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT DO UPDATE SET transfers = excluded.transfers, issued = excluded.issued, retired = excluded.retired, moved = excluded.moved,
             first = excluded.first, last = excluded.last",
    )?;
    for ((day, currency, origin, kind), later) in sums {
        let mut sum = fetch
            .query_row(params![day, currency, origin, kind], sum_read)
            .optional()?
            .unwrap_or_default();
        sum.absorb(later);
        let (issued, retired, moved) = (
            sum.issued.to_string(),
            sum.retired.to_string(),
            sum.moved.to_string(),
        );
        put.execute(params![
            day,
            currency,
            origin,
            kind,
            sum.transfers,
            issued,
            retired,
            moved,
            sum.first,
            sum.last
        ])?;
    }
    Ok(())
}

fn sum_read(row: &rusqlite::Row<'_>) -> rusqlite::Result<FlowSum> {
    Ok(FlowSum {
        transfers: row.get(0)?,
        issued: decimal(row, 1)?,
        retired: decimal(row, 2)?,
        moved: decimal(row, 3)?,
        first: row.get(4)?,
        last: row.get(5)?,
    })
}

fn decimal(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<i128> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}

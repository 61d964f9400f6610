use app::HoldRecord;
use economy::{HoldFact, HoldState};
use ledger::{HoldId, HolderId};
use rusqlite::{Connection, Row};

use super::{
    MOST_ROWS, ReadError, column,
    column::{column_opt, damaged},
};

macro_rules! hold_sql {
    ($rest:literal) => {
        concat!(
            "SELECT h.id, h.holder, c.id, h.amount, h.state, h.settled_by, h.expires_ms \
             FROM hold h JOIN currency c ON c.ref = h.currency ",
            $rest
        )
    };
}

pub(crate) fn hold_fetch(db: &Connection, id: HoldId) -> Result<Option<HoldRecord>, ReadError> {
    db.prepare_cached(hold_sql!("WHERE h.id = ?1"))?
        .query_and_then([id.get()], hold_row)?
        .next()
        .transpose()
}

/// A holder's holds, newest first.
pub(crate) fn holds_of(
    db: &Connection,
    holder: HolderId,
    before: Option<HoldId>,
    limit: usize,
) -> Result<Vec<HoldRecord>, ReadError> {
    let before = before.map_or(i64::MAX, HoldId::get);
    db.prepare_cached(hold_sql!(
        "WHERE h.holder = ?1 AND h.id < ?2 ORDER BY h.id DESC"
    ))?
    .query_and_then((holder.get(), before), hold_row)?
    .take(limit.min(MOST_ROWS))
    .collect()
}

/// Open holds whose time has passed, the longest past first.
pub(crate) fn holds_expired(
    db: &Connection,
    now_ms: i64,
    limit: usize,
) -> Result<Vec<HoldRecord>, ReadError> {
    db.prepare_cached(hold_sql!(
        "WHERE h.state = 'open' AND h.expires_ms IS NOT NULL AND h.expires_ms <= ?1 ORDER BY h.expires_ms, h.id"
    ))?
    .query_and_then([now_ms], hold_row)?
    .take(limit.min(MOST_ROWS))
    .collect()
}

fn hold_row(row: &Row<'_>) -> Result<HoldRecord, ReadError> {
    let word: String = row.get(4)?;
    let state = match (word.as_str(), column_opt(row, 5)?) {
        ("open", None) => HoldState::Open,
        ("captured", Some(by)) => HoldState::Captured { by },
        ("released", Some(by)) => HoldState::Released { by },
        _ => return Err(damaged("hold's state", word)),
    };
    let hold = HoldFact {
        holder: column(row, 1)?,
        currency: column(row, 2)?,
        amount: column(row, 3)?,
        state,
    };
    Ok(HoldRecord {
        id: column(row, 0)?,
        hold,
        expires_ms: row.get(6)?,
    })
}

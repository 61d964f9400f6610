use app::NoteRecord;
use economy::{NoteFact, NoteState};
use ledger::{HolderId, NoteId};
use rusqlite::{Connection, Row};

use super::{
    MOST_ROWS, ReadError, column,
    column::{column_opt, damaged, identity},
};

macro_rules! note_sql {
    ($rest:literal) => {
        concat!(
            "SELECT n.id, n.sender, n.recipient, c.id, n.amount, n.state, n.settled_by \
             FROM note n JOIN currency c ON c.ref = n.currency ",
            $rest
        )
    };
}

pub(crate) fn note_fetch(db: &Connection, id: NoteId) -> Result<Option<NoteRecord>, ReadError> {
    db.prepare_cached(note_sql!("WHERE n.id = ?1"))?
        .query_and_then([id.get()], note_row)?
        .next()
        .transpose()
}

/// The notes that a holder wrote, newest first.
pub(crate) fn notes_of(
    db: &Connection,
    sender: HolderId,
    before: Option<NoteId>,
    limit: usize,
) -> Result<Vec<NoteRecord>, ReadError> {
    let before = before.map_or(i64::MAX, NoteId::get);
    db.prepare_cached(note_sql!(
        "WHERE n.sender = ?1 AND n.id < ?2 ORDER BY n.id DESC"
    ))?
    .query_and_then((sender.get(), before), note_row)?
    .take(limit.min(MOST_ROWS))
    .collect()
}

fn note_row(row: &Row<'_>) -> Result<NoteRecord, ReadError> {
    let word: String = row.get(5)?;
    let state = match (word.as_str(), column_opt(row, 6)?) {
        ("open", None) => NoteState::Open,
        ("redeemed", Some(by)) => NoteState::Redeemed { by },
        ("revoked", Some(by)) => NoteState::Revoked { by },
        _ => return Err(damaged("note's state", word)),
    };
    let note = NoteFact {
        sender: column(row, 1)?,
        recipient: identity(row, 2)?,
        currency: column(row, 3)?,
        amount: column(row, 4)?,
        state,
    };
    Ok(NoteRecord {
        id: column(row, 0)?,
        note,
    })
}

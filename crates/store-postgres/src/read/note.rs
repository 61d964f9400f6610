use crate::client::GenericClient;
use app::NoteRecord;
use economy::{NoteFact, NoteState};
use ledger::{HolderId, NoteId};
use tokio_postgres::Row;

use super::{
    MOST_ROWS, column,
    column::{column_opt, damaged, identity},
};
use crate::error::Sql;

macro_rules! note_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, sender, recipient, currency, amount, state, settled_by FROM note ",
            $rest
        )
    };
}

pub(crate) async fn note_fetch(db: &impl GenericClient, id: NoteId) -> Sql<Option<NoteRecord>> {
    Ok(notes_fetch(db, &[id]).await?.pop())
}

/// Those of these notes that exist, in no order.
pub(super) async fn notes_fetch(db: &impl GenericClient, ids: &[NoteId]) -> Sql<Vec<NoteRecord>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let fetch = db.prepare_cached(note_sql!("WHERE id = ANY($1)")).await?;
    let rows = db.query(&fetch, &[&ids]).await?;
    rows.iter().map(note_row).collect()
}

/// The notes that a holder wrote, newest first.
pub(crate) async fn notes_of(
    db: &impl GenericClient,
    sender: HolderId,
    before: Option<NoteId>,
    limit: usize,
) -> Sql<Vec<NoteRecord>> {
    let before = before.map_or(i64::MAX, NoteId::get);
    let list = note_sql!("WHERE sender = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    let list = db.prepare_cached(list).await?;
    let limit = limit.min(MOST_ROWS) as i64;
    let rows = db.query(&list, &[&sender.get(), &before, &limit]).await?;
    rows.iter().map(note_row).collect()
}

fn note_row(row: &Row) -> Sql<NoteRecord> {
    let word: &str = row.try_get(5)?;
    let state = match (word, column_opt(row, 6)?) {
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

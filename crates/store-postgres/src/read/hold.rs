use crate::client::GenericClient;
use app::HoldRecord;
use economy::{HoldFact, HoldState};
use ledger::{HoldId, HolderId};
use tokio_postgres::Row;

use super::{
    MOST_ROWS, column,
    column::{column_opt, damaged},
};
use crate::error::Sql;

macro_rules! hold_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, holder, currency, amount, state, settled_by, expires_ms FROM hold ",
            $rest
        )
    };
}

pub(crate) async fn hold_fetch(db: &impl GenericClient, id: HoldId) -> Sql<Option<HoldRecord>> {
    Ok(holds_fetch(db, &[id]).await?.pop())
}

/// Those of these holds that exist, in no order.
pub(super) async fn holds_fetch(db: &impl GenericClient, ids: &[HoldId]) -> Sql<Vec<HoldRecord>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let fetch = db.prepare_cached(hold_sql!("WHERE id = ANY($1)")).await?;
    let rows = db.query(&fetch, &[&ids]).await?;
    rows.iter().map(hold_row).collect()
}

/// A holder's holds, newest first.
pub(crate) async fn holds_of(
    db: &impl GenericClient,
    holder: HolderId,
    before: Option<HoldId>,
    limit: usize,
) -> Sql<Vec<HoldRecord>> {
    let before = before.map_or(i64::MAX, HoldId::get);
    let list = hold_sql!("WHERE holder = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    let list = db.prepare_cached(list).await?;
    let limit = limit.min(MOST_ROWS) as i64;
    let rows = db.query(&list, &[&holder.get(), &before, &limit]).await?;
    rows.iter().map(hold_row).collect()
}

/// Open holds whose time has passed, the longest past first.
pub(crate) async fn holds_expired(
    db: &impl GenericClient,
    now_ms: i64,
    limit: usize,
) -> Sql<Vec<HoldRecord>> {
    let list = hold_sql!(
        "WHERE state = 'open' AND expires_ms IS NOT NULL AND expires_ms <= $1 ORDER BY expires_ms, id LIMIT $2"
    );
    let list = db.prepare_cached(list).await?;
    let limit = limit.min(MOST_ROWS) as i64;
    let rows = db.query(&list, &[&now_ms, &limit]).await?;
    rows.iter().map(hold_row).collect()
}

fn hold_row(row: &Row) -> Sql<HoldRecord> {
    let word: &str = row.try_get(4)?;
    let state = match (word, column_opt(row, 5)?) {
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
        expires_ms: row.try_get(6)?,
    })
}

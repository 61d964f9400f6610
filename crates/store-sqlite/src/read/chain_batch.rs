use app::{BatchMessage, BatchRecord, BatchWork, ChainCursor, LandedAt};
use ledger::{AchievementId, BatchId, TonAddress};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    ReadError, column,
    column::{count, count_opt, hash, hash_opt, word},
    reward::rewards_of_batch,
};

macro_rules! batch_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, state, rewards, formed_ms, changed_ms, sends, query_id, created_at, expires_at, boc, hash, landed, landed_lt \
             FROM chain_batch ",
            $rest
        )
    };
}

pub(crate) fn batch_fetch(db: &Connection, id: BatchId) -> Result<Option<BatchWork>, ReadError> {
    let batch = db
        .prepare_cached(batch_sql!("WHERE id = ?1"))?
        .query_and_then([id.get()], batch_row)?
        .next()
        .transpose()?;
    batch.map(|batch| with_rewards(db, batch)).transpose()
}

/// Those that have not ended, oldest first.
pub(crate) fn batches_open(db: &Connection) -> Result<Vec<BatchWork>, ReadError> {
    let open: Vec<BatchRecord> = db
        .prepare_cached(batch_sql!(
            "WHERE state NOT IN ('done', 'expired') ORDER BY id"
        ))?
        .query_and_then([], batch_row)?
        .collect::<Result<_, _>>()?;
    open.into_iter()
        .map(|batch| with_rewards(db, batch))
        .collect()
}

fn with_rewards(db: &Connection, batch: BatchRecord) -> Result<BatchWork, ReadError> {
    Ok(BatchWork {
        rewards: rewards_of_batch(db, batch.id)?,
        batch,
    })
}

fn batch_row(row: &Row<'_>) -> Result<BatchRecord, ReadError> {
    let boc: Option<Vec<u8>> = row.get(9)?;
    let message = |boc| {
        Ok::<_, ReadError>(BatchMessage {
            query_id: count(row, 6)?,
            created_at: count(row, 7)?,
            expires_at: count(row, 8)?,
            boc,
            hash: hash(row, 10)?,
        })
    };
    let landed = hash_opt(row, 11)?.zip(count_opt(row, 12)?);
    Ok(BatchRecord {
        id: column(row, 0)?,
        state: word(row, 1)?,
        rewards: count(row, 2)?,
        formed_ms: row.get(3)?,
        changed_ms: row.get(4)?,
        sends: count(row, 5)?,
        message: boc.map(message).transpose()?,
        landed: landed.map(|(transaction, lt)| LandedAt { transaction, lt }),
    })
}

/// The index that a collection gives out next; 0 at the beginning.
pub(crate) fn sbt_next(db: &Connection, achievement: AchievementId) -> Result<u64, ReadError> {
    let next: Option<i64> = db
        .prepare_cached("SELECT next FROM sbt_index WHERE achievement = ?1")?
        .query_row([achievement.get()], |row| row.get(0))
        .optional()?;
    Ok(next.unwrap_or_default().unsigned_abs())
}

pub(crate) fn chain_cursor_fetch(
    db: &Connection,
    account: TonAddress,
) -> Result<Option<ChainCursor>, ReadError> {
    db.prepare_cached("SELECT lt, hash FROM chain_cursor WHERE account = ?1")?
        .query_and_then([account.to_string()], |row| {
            Ok(ChainCursor {
                lt: count(row, 0)?,
                hash: hash(row, 1)?,
            })
        })?
        .next()
        .transpose()
}

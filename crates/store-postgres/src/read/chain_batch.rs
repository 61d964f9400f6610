use app::{BatchMessage, BatchRecord, BatchWork, ChainCursor, LandedAt};
use ledger::{AchievementId, BatchId, TonAddress};
use tokio_postgres::Row;

use super::{
    column,
    column::{count, count_opt, hash, hash_opt, word},
    reward::rewards_of_batch,
    row_opt, rows,
};
use crate::{client::GenericClient, error::Sql};

macro_rules! batch_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, state, rewards, formed_ms, changed_ms, sends, query_id, created_at, expires_at, boc, hash, landed, landed_lt \
             FROM chain_batch ",
            $rest
        )
    };
}

pub(crate) async fn batch_fetch(db: &impl GenericClient, id: BatchId) -> Sql<Option<BatchWork>> {
    let sql = batch_sql!("WHERE id = $1");
    match row_opt(db, sql, &[&id.get()], batch_row).await? {
        Some(batch) => Ok(Some(with_rewards(db, batch).await?)),
        None => Ok(None),
    }
}

/// Those that have not ended, oldest first.
pub(crate) async fn batches_open(db: &impl GenericClient) -> Sql<Vec<BatchWork>> {
    let sql = batch_sql!("WHERE state NOT IN ('done', 'expired') ORDER BY id");
    let mut open = Vec::new();
    for batch in rows(db, sql, &[], batch_row).await? {
        open.push(with_rewards(db, batch).await?);
    }
    Ok(open)
}

async fn with_rewards(db: &impl GenericClient, batch: BatchRecord) -> Sql<BatchWork> {
    Ok(BatchWork {
        rewards: rewards_of_batch(db, batch.id).await?,
        batch,
    })
}

fn batch_row(row: &Row) -> Sql<BatchRecord> {
    let boc: Option<Vec<u8>> = row.try_get(9)?;
    let message = |boc| {
        Sql::Ok(BatchMessage {
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
        formed_ms: row.try_get(3)?,
        changed_ms: row.try_get(4)?,
        sends: count(row, 5)?,
        message: boc.map(message).transpose()?,
        landed: landed.map(|(transaction, lt)| LandedAt { transaction, lt }),
    })
}

/// The index that a collection gives out next; 0 at the beginning.
pub(crate) async fn sbt_next(db: &impl GenericClient, achievement: AchievementId) -> Sql<u64> {
    let sql = "SELECT next FROM sbt_index WHERE achievement = $1";
    let achievement = i64::from(achievement.get());
    let next = row_opt(db, sql, &[&achievement], |row| count(row, 0)).await?;
    Ok(next.unwrap_or_default())
}

pub(crate) async fn chain_cursor_fetch(
    db: &impl GenericClient,
    account: TonAddress,
) -> Sql<Option<ChainCursor>> {
    let sql = "SELECT lt, hash FROM chain_cursor WHERE account = $1";
    row_opt(db, sql, &[&account.to_string()], |row| {
        Ok(ChainCursor {
            lt: count(row, 0)?,
            hash: hash(row, 1)?,
        })
    })
    .await
}

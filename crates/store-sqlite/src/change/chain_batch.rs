//! Rewards on their way to a chain. Nothing here moves money.

use app::{BatchSigned, BatchState, ChainCursor, Fence, LandedAt, NewBatch};
use ledger::{BatchId, RewardId, TonAddress};
use posting::stored::Word as _;
use rusqlite::{Connection, params};

use crate::read::{ReadError, number};

/// Whether a lease was not given to anybody else since.
fn is_newest(db: &Connection, fence: &Fence) -> Result<bool, ReadError> {
    Ok(db
        .prepare_cached("SELECT 1 FROM lease WHERE name = ?1 AND fence = ?2")?
        .exists((&fence.lease, fence.number))?)
}

/// Takes the rewards that have been ready the longest into a new batch; none when none can be sent.
pub(crate) fn batch_form(
    db: &Connection,
    fence: &Fence,
    new: NewBatch,
    now_ms: i64,
) -> Result<Option<BatchId>, ReadError> {
    if !is_newest(db, fence)? {
        return Ok(None);
    }
    let rewards = rewards_ready(db, new)?;
    if rewards.is_empty() {
        return Ok(None);
    }
    let last = "SELECT coalesce(max(id), 0) FROM chain_batch";
    let last: i64 = db.prepare_cached(last)?.query_row([], |row| row.get(0))?;
    let batch: BatchId = number(last.saturating_add(1))?;
    let count = i64::try_from(rewards.len()).unwrap_or(i64::MAX);
    db.prepare_cached(
        "INSERT INTO chain_batch (id, state, rewards, formed_ms, changed_ms, sends) VALUES (?1, 'formed', ?2, ?3, ?3, 0)",
    )?
    .execute((batch.get(), count, now_ms))?;
    let mut take = db.prepare_cached(
        "UPDATE reward SET state = 'batched', batch = ?2, attempts = attempts + 1, changed_ms = ?3, sbt_index = NULL, \
         to_address = coalesce(to_address, (SELECT wallet FROM player p WHERE p.telegram = reward.player)) WHERE id = ?1",
    )?;
    let mut list =
        db.prepare_cached("INSERT INTO chain_batch_reward (batch, reward) VALUES (?1, ?2)")?;
    for reward in rewards {
        take.execute((reward, batch.get(), now_ms))?;
        list.execute((batch.get(), reward))?;
    }
    Ok(Some(batch))
}

fn rewards_ready(db: &Connection, new: NewBatch) -> Result<Vec<i64>, ReadError> {
    let mut list = db.prepare_cached(
        "SELECT id FROM (\
         SELECT * FROM (SELECT ready_ms, id FROM reward WHERE state = 'waiting' AND ready_ms IS NOT NULL AND kind = 'tokens' \
             ORDER BY ready_ms, id LIMIT ?1) UNION ALL \
         SELECT * FROM (SELECT ready_ms, id FROM reward WHERE state = 'waiting' AND ready_ms IS NOT NULL AND kind = 'achievement' \
             ORDER BY ready_ms, id LIMIT ?2) UNION ALL \
         SELECT * FROM (SELECT ready_ms, id FROM reward WHERE state = 'waiting' AND ready_ms IS NOT NULL AND kind = 'refund' \
             ORDER BY ready_ms, id LIMIT ?3)) ORDER BY ready_ms, id LIMIT ?1",
    )?;
    let ready = list.query_map((new.most, new.most_achievements, new.most_refunds), |row| {
        row.get(0)
    })?;
    Ok(ready.collect::<Result<_, _>>()?)
}

/// Keeps the message of a formed batch.
pub(crate) fn batch_signed(
    db: &Connection,
    fence: &Fence,
    id: BatchId,
    signed: &BatchSigned,
    now_ms: i64,
) -> Result<bool, ReadError> {
    if !is_newest(db, fence)? {
        return Ok(false);
    }
    let message = &signed.message;
    let kept = db
        .prepare_cached(
            "UPDATE chain_batch SET state = 'signed', query_id = ?2, created_at = ?3, expires_at = ?4, boc = ?5, hash = ?6, changed_ms = ?7 \
             WHERE id = ?1 AND state = 'formed'",
        )?
        .execute(params![
            id.get(),
            message.query_id,
            message.created_at,
            message.expires_at,
            message.boc,
            message.hash.bytes(),
            now_ms
        ])?;
    if kept == 0 {
        return Ok(false);
    }
    let mut give = db.prepare_cached(
        "UPDATE reward SET sbt_index = ?3 WHERE id = ?1 AND batch = ?2 AND state = 'batched'",
    )?;
    for (reward, index) in &signed.indexes {
        give.execute((RewardId::get(*reward), id.get(), index.cast_signed()))?;
    }
    let mut next = db.prepare_cached(
        "INSERT INTO sbt_index AS s (achievement, next) VALUES (?1, ?2) \
         ON CONFLICT (achievement) DO UPDATE SET next = max(s.next, excluded.next)",
    )?;
    for (achievement, index) in &signed.next {
        next.execute((achievement.get(), index.cast_signed()))?;
    }
    Ok(true)
}

/// Counts a sending: the batch and its rewards are sent from now on.
pub(crate) fn batch_sent(
    db: &Connection,
    fence: &Fence,
    id: BatchId,
    now_ms: i64,
) -> Result<bool, ReadError> {
    if !is_newest(db, fence)? {
        return Ok(false);
    }
    let sent = db
        .prepare_cached(
            "UPDATE chain_batch SET state = 'sent', sends = sends + 1, changed_ms = ?2 WHERE id = ?1 AND state IN ('signed', 'sent')",
        )?
        .execute((id.get(), now_ms))?;
    if sent == 0 {
        return Ok(false);
    }
    db.prepare_cached(
        "UPDATE reward SET state = 'sent', changed_ms = ?2 \
         WHERE id IN (SELECT reward FROM chain_batch_reward WHERE batch = ?1) AND batch = ?1 AND state = 'batched'",
    )?
    .execute((id.get(), now_ms))?;
    Ok(true)
}

pub(crate) fn batch_landed(
    db: &Connection,
    fence: &Fence,
    id: BatchId,
    at: LandedAt,
    now_ms: i64,
) -> Result<bool, ReadError> {
    if !is_newest(db, fence)? {
        return Ok(false);
    }
    let landed = db
        .prepare_cached(
            "UPDATE chain_batch SET state = 'landed', landed = ?2, landed_lt = ?3, changed_ms = ?4 \
             WHERE id = ?1 AND state IN ('signed', 'sent', 'landed')",
        )?
        .execute((
            id.get(),
            at.transaction.bytes(),
            at.lt.cast_signed(),
            now_ms,
        ))?;
    Ok(landed == 1)
}

/// Ends a batch: those of its rewards that did not settle wait again.
pub(crate) fn batch_end(
    db: &Connection,
    fence: &Fence,
    id: BatchId,
    end: BatchState,
    why: Option<&str>,
    now_ms: i64,
) -> Result<bool, ReadError> {
    if !is_newest(db, fence)? || !matches!(end, BatchState::Done | BatchState::Expired) {
        return Ok(false);
    }
    let ended = db
        .prepare_cached(
            "UPDATE chain_batch SET state = ?2, changed_ms = ?3 WHERE id = ?1 AND state NOT IN ('done', 'expired')",
        )?
        .execute((id.get(), end.word(), now_ms))?;
    if ended == 0 {
        return Ok(false);
    }
    db.prepare_cached(
        "UPDATE reward SET state = 'waiting', why = ?2, sbt_index = NULL, ready_ms = ?3, changed_ms = ?3 \
         WHERE id IN (SELECT reward FROM chain_batch_reward WHERE batch = ?1) AND batch = ?1 AND state IN ('batched', 'sent')",
    )?
    .execute((id.get(), why, now_ms))?;
    Ok(true)
}

/// Moves an account's cursor, unless it is further already.
pub(crate) fn chain_cursor_set(
    db: &Connection,
    fence: &Fence,
    account: TonAddress,
    cursor: ChainCursor,
) -> Result<bool, ReadError> {
    if !is_newest(db, fence)? {
        return Ok(false);
    }
    chain_cursor_move(db, account, cursor)?;
    Ok(true)
}

pub(super) fn chain_cursor_move(
    db: &Connection,
    account: TonAddress,
    cursor: ChainCursor,
) -> Result<(), ReadError> {
    db.prepare_cached(
        "INSERT INTO chain_cursor AS c (account, lt, hash) VALUES (?1, ?2, ?3) \
         ON CONFLICT (account) DO UPDATE SET lt = excluded.lt, hash = excluded.hash WHERE excluded.lt > c.lt",
    )?
    .execute((account.to_string(), cursor.lt.cast_signed(), cursor.hash.bytes()))?;
    Ok(())
}

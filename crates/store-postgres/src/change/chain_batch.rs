//! Rewards on their way to a chain. Nothing here moves money.

use app::{BatchSigned, BatchState, ChainCursor, Fence, LandedAt, NewBatch};
use ledger::{BatchId, RewardId, TonAddress};
use posting::stored::Word as _;

use crate::{
    client::GenericClient,
    error::Sql,
    read::{execute, number, row_opt, rows, there_is_a},
};

/// Whether a lease was not given to anybody else since. Until the transaction ends nobody else gets it, and no command ends a reward: the
/// journal's head is locked first, as every writer does.
async fn is_newest(db: &impl GenericClient, fence: &Fence) -> Sql<bool> {
    let head = "SELECT 1 FROM journal WHERE shard_key = 0 FOR UPDATE";
    there_is_a(db, head, &[]).await?;
    let lease = "SELECT 1 FROM lease WHERE name = $1 AND fence = $2 FOR SHARE";
    there_is_a(db, lease, &[&fence.lease, &fence.number]).await
}

/// Takes the rewards that have been ready the longest into a new batch; none when none can be sent.
pub(crate) async fn batch_form(
    db: &impl GenericClient,
    fence: &Fence,
    new: NewBatch,
    now_ms: i64,
) -> Sql<Option<BatchId>> {
    if !is_newest(db, fence).await? {
        return Ok(None);
    }
    let rewards = rewards_ready(db, new).await?;
    if rewards.is_empty() {
        return Ok(None);
    }
    let last = "SELECT coalesce(max(id), 0) FROM chain_batch";
    let last: Option<i64> = row_opt(db, last, &[], |row| Ok(row.try_get(0)?)).await?;
    let batch: BatchId = number(last.unwrap_or_default().saturating_add(1))?;
    let count = i64::try_from(rewards.len()).unwrap_or(i64::MAX);
    execute(
        db,
        "INSERT INTO chain_batch (id, state, rewards, formed_ms, changed_ms, sends) VALUES ($1, 'formed', $2, $3, $3, 0)",
        &[&batch.get(), &count, &now_ms],
    )
    .await?;
    execute(
        db,
        "UPDATE reward r SET state = 'batched', batch = $2, attempts = attempts + 1, changed_ms = $3, sbt_index = NULL, \
         to_address = coalesce(to_address, (SELECT wallet FROM player p WHERE p.telegram = r.player)) WHERE id = ANY($1)",
        &[&rewards, &batch.get(), &now_ms],
    )
    .await?;
    let list = "INSERT INTO chain_batch_reward (batch, reward) SELECT $1::bigint, * FROM unnest($2::bigint[])";
    execute(db, list, &[&batch.get(), &rewards]).await?;
    Ok(Some(batch))
}

async fn rewards_ready(db: &impl GenericClient, new: NewBatch) -> Sql<Vec<i64>> {
    let sql = "SELECT id FROM (\
         (SELECT ready_ms, id FROM reward WHERE state = 'waiting' AND ready_ms IS NOT NULL AND kind = 'tokens' \
             ORDER BY ready_ms, id LIMIT $1) UNION ALL \
         (SELECT ready_ms, id FROM reward WHERE state = 'waiting' AND ready_ms IS NOT NULL AND kind = 'achievement' \
             ORDER BY ready_ms, id LIMIT $2) UNION ALL \
         (SELECT ready_ms, id FROM reward WHERE state = 'waiting' AND ready_ms IS NOT NULL AND kind = 'refund' \
             ORDER BY ready_ms, id LIMIT $3)) AS ready ORDER BY ready_ms, id LIMIT $1";
    let most = [new.most, new.most_achievements, new.most_refunds].map(i64::from);
    rows(db, sql, &[&most[0], &most[1], &most[2]], |row| {
        Ok(row.try_get(0)?)
    })
    .await
}

/// Keeps the message of a formed batch.
pub(crate) async fn batch_signed(
    db: &impl GenericClient,
    fence: &Fence,
    id: BatchId,
    signed: &BatchSigned,
    now_ms: i64,
) -> Sql<bool> {
    if !is_newest(db, fence).await? {
        return Ok(false);
    }
    let message = &signed.message;
    let [query_id, created_at, expires_at] =
        [message.query_id, message.created_at, message.expires_at].map(i64::from);
    let kept = execute(
        db,
        "UPDATE chain_batch SET state = 'signed', query_id = $2, created_at = $3, expires_at = $4, boc = $5, hash = $6, changed_ms = $7 \
         WHERE id = $1 AND state = 'formed'",
        &[
            &id.get(),
            &query_id,
            &created_at,
            &expires_at,
            &message.boc,
            &message.hash.bytes().as_slice(),
            &now_ms,
        ],
    )
    .await?;
    if kept == 0 {
        return Ok(false);
    }
    let indexes = signed.indexes.iter();
    let (rewards, indexes): (Vec<i64>, Vec<i64>) = indexes
        .map(|(reward, index)| (RewardId::get(*reward), index.cast_signed()))
        .unzip();
    execute(
        db,
        "UPDATE reward r SET sbt_index = v.sbt_index FROM unnest($2::bigint[], $3::bigint[]) AS v (id, sbt_index) \
         WHERE r.id = v.id AND r.batch = $1 AND r.state = 'batched'",
        &[&id.get(), &rewards, &indexes],
    )
    .await?;
    for (achievement, next) in &signed.next {
        let (achievement, next) = (i64::from(achievement.get()), next.cast_signed());
        execute(
            db,
            "INSERT INTO sbt_index AS s (achievement, next) VALUES ($1, $2) \
             ON CONFLICT (achievement) DO UPDATE SET next = greatest(s.next, excluded.next)",
            &[&achievement, &next],
        )
        .await?;
    }
    Ok(true)
}

/// Counts a sending: the batch and its rewards are sent from now on.
pub(crate) async fn batch_sent(
    db: &impl GenericClient,
    fence: &Fence,
    id: BatchId,
    now_ms: i64,
) -> Sql<bool> {
    if !is_newest(db, fence).await? {
        return Ok(false);
    }
    let sent = execute(
        db,
        "UPDATE chain_batch SET state = 'sent', sends = sends + 1, changed_ms = $2 WHERE id = $1 AND state IN ('signed', 'sent')",
        &[&id.get(), &now_ms],
    )
    .await?;
    if sent == 0 {
        return Ok(false);
    }
    execute(
        db,
        "UPDATE reward SET state = 'sent', changed_ms = $2 \
         WHERE id IN (SELECT reward FROM chain_batch_reward WHERE batch = $1) AND batch = $1 AND state = 'batched'",
        &[&id.get(), &now_ms],
    )
    .await?;
    Ok(true)
}

pub(crate) async fn batch_landed(
    db: &impl GenericClient,
    fence: &Fence,
    id: BatchId,
    at: LandedAt,
    now_ms: i64,
) -> Sql<bool> {
    if !is_newest(db, fence).await? {
        return Ok(false);
    }
    let landed = execute(
        db,
        "UPDATE chain_batch SET state = 'landed', landed = $2, landed_lt = $3, changed_ms = $4 \
         WHERE id = $1 AND state IN ('signed', 'sent', 'landed')",
        &[
            &id.get(),
            &at.transaction.bytes().as_slice(),
            &at.lt.cast_signed(),
            &now_ms,
        ],
    )
    .await?;
    Ok(landed == 1)
}

/// Ends a batch: those of its rewards that did not settle wait again.
pub(crate) async fn batch_end(
    db: &impl GenericClient,
    fence: &Fence,
    id: BatchId,
    end: BatchState,
    why: Option<&str>,
    now_ms: i64,
) -> Sql<bool> {
    if !is_newest(db, fence).await? || !matches!(end, BatchState::Done | BatchState::Expired) {
        return Ok(false);
    }
    let ended = execute(
        db,
        "UPDATE chain_batch SET state = $2, changed_ms = $3 WHERE id = $1 AND state NOT IN ('done', 'expired')",
        &[&id.get(), &end.word(), &now_ms],
    )
    .await?;
    if ended == 0 {
        return Ok(false);
    }
    execute(
        db,
        "UPDATE reward SET state = 'waiting', why = $2, sbt_index = NULL, ready_ms = $3, changed_ms = $3 \
         WHERE id IN (SELECT reward FROM chain_batch_reward WHERE batch = $1) AND batch = $1 AND state IN ('batched', 'sent')",
        &[&id.get(), &why, &now_ms],
    )
    .await?;
    Ok(true)
}

/// Moves an account's cursor, unless it is further already.
pub(crate) async fn chain_cursor_set(
    db: &impl GenericClient,
    fence: &Fence,
    account: TonAddress,
    cursor: ChainCursor,
) -> Sql<bool> {
    if !is_newest(db, fence).await? {
        return Ok(false);
    }
    execute(
        db,
        "INSERT INTO chain_cursor AS c (account, lt, hash) VALUES ($1, $2, $3) \
         ON CONFLICT (account) DO UPDATE SET lt = excluded.lt, hash = excluded.hash WHERE excluded.lt > c.lt",
        &[
            &account.to_string(),
            &cursor.lt.cast_signed(),
            &cursor.hash.bytes().as_slice(),
        ],
    )
    .await?;
    Ok(true)
}

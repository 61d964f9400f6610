use app::{RewardFilter, RewardLine, RewardTally, WaitingRewards};
use economy::{OwedKind, RewardFact, RewardState};
use ledger::{AchievementId, BatchId, RewardId};
use posting::stored::Word as _;
use tokio_postgres::Row;

use super::{
    column,
    column::{address_opt, column_opt, count, count_opt, damaged, hash_opt, word},
    player::most,
    row_opt, rows,
};
use crate::{client::GenericClient, error::Sql};

macro_rules! reward_sql {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.player, r.kind, r.currency, r.amount, r.achievement, r.deposit, coalesce(r.to_address, p.wallet), r.state, r.batch, \
             r.attempts, r.sbt_index, r.queued_ms, r.changed_ms, r.seen, r.seen_lt, r.why, r.promised_by, r.ended_by \
             FROM reward r LEFT JOIN player p ON p.telegram = r.player ",
            $rest
        )
    };
}

pub(crate) async fn reward_fetch(db: &impl GenericClient, id: RewardId) -> Sql<Option<RewardLine>> {
    row_opt(db, reward_sql!("WHERE r.id = $1"), &[&id.get()], reward_row).await
}

pub(crate) async fn reward_facts(
    db: &impl GenericClient,
    ids: &[RewardId],
) -> Sql<Vec<(RewardId, RewardFact)>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let found = rows(db, reward_sql!("WHERE r.id = ANY($1)"), &[&ids], reward_row).await?;
    let facts = found.into_iter().map(|line| {
        let fact = RewardFact {
            player: line.player,
            owed: line.owed,
            state: line.state,
        };
        (line.id, fact)
    });
    Ok(facts.collect())
}

/// All that are or were in a batch, in the order of their ids.
pub(super) async fn rewards_of_batch(
    db: &impl GenericClient,
    batch: BatchId,
) -> Sql<Vec<RewardLine>> {
    let sql = reward_sql!(
        "JOIN chain_batch_reward b ON b.reward = r.id WHERE b.batch = $1 ORDER BY r.id"
    );
    rows(db, sql, &[&batch.get()], reward_row).await
}

/// Newest first.
pub(crate) async fn reward_list(
    db: &impl GenericClient,
    filter: &RewardFilter,
) -> Sql<Vec<RewardLine>> {
    let RewardFilter {
        state,
        player,
        before,
        limit,
    } = *filter;
    let sql = match (state, player) {
        (Some(_), None) => reward_sql!(
            "WHERE r.id < $1 AND r.state = $2 AND $3::bigint IS NULL ORDER BY r.id DESC LIMIT $4"
        ),
        (_, Some(_)) => reward_sql!(
            "WHERE r.id < $1 AND ($2::text IS NULL OR r.state = $2) AND r.player = $3 ORDER BY r.id DESC LIMIT $4"
        ),
        (None, None) => reward_sql!(
            "WHERE r.id < $1 AND $2::text IS NULL AND $3::bigint IS NULL ORDER BY r.id DESC LIMIT $4"
        ),
    };
    let before = before.map_or(i64::MAX, RewardId::get);
    let state = state.map(RewardState::word);
    let player = player.map(|player| player.bits());
    rows(
        db,
        sql,
        &[&before, &state, &player, &most(limit)],
        reward_row,
    )
    .await
}

fn reward_row(row: &Row) -> Sql<RewardLine> {
    let to = address_opt(row, 7)?;
    Ok(RewardLine {
        id: column(row, 0)?,
        player: column_opt(row, 1)?,
        owed: owed(row, to)?,
        state: word(row, 8)?,
        to,
        batch: column_opt(row, 9)?,
        attempts: count(row, 10)?,
        sbt_index: count_opt(row, 11)?,
        queued_ms: row.try_get(12)?,
        changed_ms: row.try_get(13)?,
        seen: hash_opt(row, 14)?.zip(count_opt(row, 15)?),
        why: row.try_get(16)?,
        promised_by: column_opt(row, 17)?,
        ended_by: column_opt(row, 18)?,
    })
}

fn owed(row: &Row, to: Option<ledger::TonAddress>) -> Sql<OwedKind> {
    let kind: &str = row.try_get(2)?;
    let achievement: Option<AchievementId> = column_opt(row, 5)?;
    let money = column_opt(row, 3)?.zip(column_opt(row, 4)?);
    match (kind, achievement, money, hash_opt(row, 6)?, to) {
        ("tokens", None, Some((currency, amount)), None, _) => {
            Ok(OwedKind::Tokens { currency, amount })
        }
        ("achievement", Some(achievement), None, None, _) => {
            Ok(OwedKind::Achievement { achievement })
        }
        ("refund", None, Some((currency, amount)), Some(deposit), Some(to)) => {
            Ok(OwedKind::Refund {
                deposit,
                currency,
                amount,
                to,
            })
        }
        _ => Err(damaged("reward", kind)),
    }
}

pub(crate) async fn rewards_waiting(db: &impl GenericClient) -> Sql<WaitingRewards> {
    let sql = "SELECT count(*), min(ready_ms), max(ready_ms), (SELECT count(*) FROM reward WHERE state = 'waiting' AND ready_ms IS NULL) \
         FROM reward WHERE state = 'waiting' AND ready_ms IS NOT NULL";
    let waiting = row_opt(db, sql, &[], |row| {
        Ok(WaitingRewards {
            count: count(row, 0)?,
            oldest_ms: row.try_get(1)?,
            newest_ms: row.try_get(2)?,
            without_wallet: count(row, 3)?,
        })
    });
    Ok(waiting.await?.unwrap_or_default())
}

pub(crate) async fn reward_tallies(db: &impl GenericClient) -> Sql<Vec<RewardTally>> {
    // Ids are in the order of time.
    let sql = "SELECT count(*), (SELECT queued_ms FROM reward WHERE state = $1 ORDER BY id LIMIT 1) FROM reward WHERE state = $1";
    let mut tallies = Vec::with_capacity(RewardState::ALL.len());
    for state in RewardState::ALL {
        let word = state.word();
        let tally = row_opt(db, sql, &[&word], |row| {
            Ok(RewardTally {
                state,
                count: count(row, 0)?,
                oldest_ms: row.try_get(1)?,
            })
        })
        .await?;
        tallies.extend(tally);
    }
    Ok(tallies)
}

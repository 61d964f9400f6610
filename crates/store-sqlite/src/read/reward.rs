use app::{RewardFilter, RewardLine, RewardTally, WaitingRewards};
use economy::{OwedKind, RewardFact, RewardState};
use ledger::{AchievementId, BatchId, RewardId};
use posting::stored::Word as _;
use rusqlite::{Connection, Row};

use super::{
    ReadError, column,
    column::{address_opt, column_opt, count, count_opt, damaged, hash_opt, word},
    player::rows,
};

macro_rules! reward_sql {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.player, r.kind, c.id, r.amount, r.achievement, r.deposit, coalesce(r.to_address, p.wallet), r.state, r.batch, \
             r.attempts, r.sbt_index, r.queued_ms, r.changed_ms, r.seen, r.seen_lt, r.why, r.promised_by, r.ended_by \
             FROM reward r LEFT JOIN currency c ON c.ref = r.currency LEFT JOIN player p ON p.telegram = r.player ",
            $rest
        )
    };
}

pub(crate) fn reward_fetch(db: &Connection, id: RewardId) -> Result<Option<RewardLine>, ReadError> {
    db.prepare_cached(reward_sql!("WHERE r.id = ?1"))?
        .query_and_then([id.get()], reward_row)?
        .next()
        .transpose()
}

pub(crate) fn reward_fact(db: &Connection, id: RewardId) -> Result<Option<RewardFact>, ReadError> {
    let line = reward_fetch(db, id)?;
    Ok(line.map(|line| RewardFact {
        player: line.player,
        owed: line.owed,
        state: line.state,
    }))
}

/// All that are or were in a batch, in the order of their ids.
pub(super) fn rewards_of_batch(
    db: &Connection,
    batch: BatchId,
) -> Result<Vec<RewardLine>, ReadError> {
    db.prepare_cached(reward_sql!(
        "JOIN chain_batch_reward b ON b.reward = r.id WHERE b.batch = ?1 ORDER BY r.id"
    ))?
    .query_and_then([batch.get()], reward_row)?
    .collect()
}

/// Newest first.
pub(crate) fn reward_list(
    db: &Connection,
    filter: &RewardFilter,
) -> Result<Vec<RewardLine>, ReadError> {
    let RewardFilter {
        state,
        player,
        before,
        limit,
    } = *filter;
    let sql = match (state, player) {
        (Some(_), None) => reward_sql!(
            "WHERE r.id < ?1 AND r.state = ?2 AND ?3 IS NULL ORDER BY r.id DESC LIMIT ?4"
        ),
        (_, Some(_)) => reward_sql!(
            "WHERE r.id < ?1 AND (?2 IS NULL OR r.state = ?2) AND r.player = ?3 ORDER BY r.id DESC LIMIT ?4"
        ),
        (None, None) => {
            reward_sql!("WHERE r.id < ?1 AND ?2 IS NULL AND ?3 IS NULL ORDER BY r.id DESC LIMIT ?4")
        }
    };
    let asked = (
        before.map_or(i64::MAX, RewardId::get),
        state.map(RewardState::word),
        player.map(|player| player.bits()),
        rows(limit),
    );
    db.prepare_cached(sql)?
        .query_and_then(asked, reward_row)?
        .collect()
}

fn reward_row(row: &Row<'_>) -> Result<RewardLine, ReadError> {
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
        queued_ms: row.get(12)?,
        changed_ms: row.get(13)?,
        seen: hash_opt(row, 14)?.zip(count_opt(row, 15)?),
        why: row.get(16)?,
        promised_by: column_opt(row, 17)?,
        ended_by: column_opt(row, 18)?,
    })
}

fn owed(row: &Row<'_>, to: Option<ledger::TonAddress>) -> Result<OwedKind, ReadError> {
    let kind: String = row.get(2)?;
    let achievement: Option<AchievementId> = column_opt(row, 5)?;
    let money = column_opt(row, 3)?.zip(column_opt(row, 4)?);
    match (kind.as_str(), achievement, money, hash_opt(row, 6)?, to) {
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

pub(crate) fn rewards_waiting(db: &Connection) -> Result<WaitingRewards, ReadError> {
    let ready = "SELECT count(*), min(ready_ms), max(ready_ms) FROM reward WHERE state = 'waiting' AND ready_ms IS NOT NULL";
    let without = "SELECT count(*) FROM reward WHERE state = 'waiting' AND ready_ms IS NULL";
    let without_wallet: i64 = db
        .prepare_cached(without)?
        .query_row([], |row| row.get(0))?;
    let waiting = db.prepare_cached(ready)?.query_row([], |row| {
        Ok(WaitingRewards {
            count: row.get::<_, i64>(0)?.unsigned_abs(),
            oldest_ms: row.get(1)?,
            newest_ms: row.get(2)?,
            without_wallet: without_wallet.unsigned_abs(),
        })
    })?;
    Ok(waiting)
}

pub(crate) fn reward_tallies(db: &Connection) -> Result<Vec<RewardTally>, ReadError> {
    // Ids are in the order of time.
    let tally = "SELECT count(*), (SELECT queued_ms FROM reward WHERE state = ?1 ORDER BY id LIMIT 1) FROM reward WHERE state = ?1";
    let mut tally = db.prepare_cached(tally)?;
    let mut tallies = Vec::with_capacity(RewardState::ALL.len());
    for state in RewardState::ALL {
        tallies.push(tally.query_row([state.word()], |row| {
            Ok(RewardTally {
                state,
                count: row.get::<_, i64>(0)?.unsigned_abs(),
                oldest_ms: row.get(1)?,
            })
        })?);
    }
    Ok(tallies)
}

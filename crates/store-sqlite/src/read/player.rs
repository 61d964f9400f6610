use app::{PlayerRecord, PurchaseRail, PurchaseRecord, RunRecord};
use economy::PlayerFact;
use ledger::{Achievements, ItemId, RunId, TelegramUserId, TonAddress};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    MOST_ROWS, ReadError, column,
    column::{address_opt, count, hash_opt},
};

macro_rules! player_sql {
    ($rest:literal) => {
        concat!(
            "SELECT p.telegram, i.holder, p.name, p.plays, p.high_score, p.wallet, p.achievements, p.day, p.day_tokens, p.first_seen_ms, \
             p.last_played_ms, p.wallet_ms \
             FROM player p JOIN identity i ON i.platform = 'telegram' AND i.subject = CAST(p.telegram AS TEXT) ",
            $rest
        )
    };
}

pub(crate) fn player_fetch(
    db: &Connection,
    user: TelegramUserId,
) -> Result<Option<PlayerRecord>, ReadError> {
    db.prepare_cached(player_sql!("WHERE p.telegram = ?1"))?
        .query_and_then([user.bits()], player_row)?
        .next()
        .transpose()
}

/// The player who bound this wallet; of several the first.
pub(crate) fn player_by_wallet(
    db: &Connection,
    wallet: TonAddress,
) -> Result<Option<PlayerRecord>, ReadError> {
    db.prepare_cached(player_sql!(
        "WHERE p.wallet = ?1 ORDER BY p.wallet_ms, p.telegram LIMIT 1"
    ))?
    .query_and_then([wallet.to_string()], player_row)?
    .next()
    .transpose()
}

/// By high score, then by who came to it first.
pub(crate) fn players_top(db: &Connection, limit: usize) -> Result<Vec<PlayerRecord>, ReadError> {
    db.prepare_cached(player_sql!(
        "WHERE p.high_score > 0 ORDER BY p.high_score DESC, p.high_score_ms, p.telegram LIMIT ?1"
    ))?
    .query_and_then([rows(limit)], player_row)?
    .collect()
}

pub(crate) fn player_rank(db: &Connection, user: TelegramUserId) -> Result<Option<u64>, ReadError> {
    let rank = db
        .prepare_cached(
            "SELECT 1 + (SELECT count(*) FROM player o WHERE o.high_score > p.high_score) \
             + (SELECT count(*) FROM player o WHERE o.high_score > 0 AND o.high_score = p.high_score \
                AND (o.high_score_ms, o.telegram) < (p.high_score_ms, p.telegram)) \
             FROM player p WHERE p.telegram = ?1 AND p.high_score > 0",
        )?
        .query_row([user.bits()], |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(rank.map(i64::unsigned_abs))
}

fn player_row(row: &Row<'_>) -> Result<PlayerRecord, ReadError> {
    let fact = PlayerFact {
        plays: count(row, 3)?,
        high_score: count(row, 4)?,
        wallet: address_opt(row, 5)?,
        achievements: Achievements::from_bits(row.get(6)?),
        day: row.get(7)?,
        day_tokens: column(row, 8)?,
    };
    Ok(PlayerRecord {
        user: column(row, 0)?,
        holder: column(row, 1)?,
        name: row.get(2)?,
        fact,
        first_seen_ms: row.get(9)?,
        last_played_ms: row.get(10)?,
        wallet_bound_ms: row.get(11)?,
    })
}

pub(crate) fn run_fetch(db: &Connection, run: RunId) -> Result<Option<RunRecord>, ReadError> {
    db.prepare_cached(
        "SELECT run, player, score, tokens, achieved, played_ms FROM game_run WHERE run = ?1",
    )?
    .query_and_then([run.bytes()], |row| {
        Ok(RunRecord {
            run: RunId::from_bytes(row.get(0)?),
            player: column(row, 1)?,
            score: count(row, 2)?,
            tokens: column(row, 3)?,
            achieved: Achievements::from_bits(row.get(4)?),
            played_ms: row.get(5)?,
        })
    })?
    .next()
    .transpose()
}

macro_rules! purchase_sql {
    ($rest:literal) => {
        concat!(
            "SELECT player, item, deposit, bought_ms FROM purchase ",
            $rest
        )
    };
}

/// What a player bought, the first first.
pub(crate) fn purchases_of(
    db: &Connection,
    user: TelegramUserId,
) -> Result<Vec<PurchaseRecord>, ReadError> {
    db.prepare_cached(purchase_sql!("WHERE player = ?1 ORDER BY bought_ms, item"))?
        .query_and_then([user.bits()], purchase_row)?
        .collect()
}

pub(crate) fn purchases_newest(
    db: &Connection,
    before_ms: Option<i64>,
    limit: usize,
) -> Result<Vec<PurchaseRecord>, ReadError> {
    db.prepare_cached(purchase_sql!(
        "WHERE bought_ms < ?1 ORDER BY bought_ms DESC, player, item LIMIT ?2"
    ))?
    .query_and_then((before_ms.unwrap_or(i64::MAX), rows(limit)), purchase_row)?
    .collect()
}

fn purchase_row(row: &Row<'_>) -> Result<PurchaseRecord, ReadError> {
    let rail = hash_opt(row, 2)?.map_or(PurchaseRail::Stars, |deposit| PurchaseRail::Tokens {
        deposit,
    });
    Ok(PurchaseRecord {
        player: column(row, 0)?,
        item: column(row, 1)?,
        rail,
        bought_ms: row.get(3)?,
    })
}

/// Whether a player has bought an item.
pub(crate) fn owned_fact(
    db: &Connection,
    player: TelegramUserId,
    item: ItemId,
) -> Result<bool, ReadError> {
    Ok(db
        .prepare_cached("SELECT 1 FROM purchase WHERE player = ?1 AND item = ?2")?
        .exists((player.bits(), item.get()))?)
}

/// A limit as a statement wants it.
pub(super) fn rows(limit: usize) -> i64 {
    i64::try_from(limit.min(MOST_ROWS)).unwrap_or(i64::MAX)
}

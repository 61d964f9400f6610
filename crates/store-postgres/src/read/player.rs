use app::{PlayerRecord, PurchaseRail, PurchaseRecord, RunRecord};
use economy::PlayerFact;
use ledger::{Achievements, ItemId, RunId, TelegramUserId, TonAddress};
use tokio_postgres::Row;

use super::{
    MOST_ROWS, column,
    column::{address_opt, bytes, count, hash_opt},
    row_opt, rows,
};
use crate::{client::GenericClient, error::Sql};

macro_rules! player_sql {
    ($rest:literal) => {
        concat!(
            "SELECT p.telegram, i.holder, p.name, p.plays, p.high_score, p.wallet, p.achievements, p.day, p.day_tokens, p.first_seen_ms, \
             p.last_played_ms, p.wallet_ms \
             FROM player p JOIN identity i ON i.platform = 'telegram' AND i.subject = p.telegram::text ",
            $rest
        )
    };
}

pub(crate) async fn player_fetch(
    db: &impl GenericClient,
    user: TelegramUserId,
) -> Sql<Option<PlayerRecord>> {
    let sql = player_sql!("WHERE p.telegram = $1");
    row_opt(db, sql, &[&user.bits()], player_row).await
}

/// The player who bound this wallet; of several the first.
pub(crate) async fn player_by_wallet(
    db: &impl GenericClient,
    wallet: TonAddress,
) -> Sql<Option<PlayerRecord>> {
    let sql = player_sql!("WHERE p.wallet = $1 ORDER BY p.wallet_ms, p.telegram LIMIT 1");
    row_opt(db, sql, &[&wallet.to_string()], player_row).await
}

/// By high score, then by who came to it first.
pub(crate) async fn players_top(db: &impl GenericClient, limit: usize) -> Sql<Vec<PlayerRecord>> {
    let sql = player_sql!(
        "WHERE p.high_score > 0 ORDER BY p.high_score DESC, p.high_score_ms, p.telegram LIMIT $1"
    );
    rows(db, sql, &[&most(limit)], player_row).await
}

pub(crate) async fn player_rank(db: &impl GenericClient, user: TelegramUserId) -> Sql<Option<u64>> {
    let sql = "SELECT 1 + (SELECT count(*) FROM player o WHERE o.high_score > 0 AND o.high_score > p.high_score) \
         + (SELECT count(*) FROM player o WHERE o.high_score > 0 AND o.high_score = p.high_score \
            AND (o.high_score_ms, o.telegram) < (p.high_score_ms, p.telegram)) \
         FROM player p WHERE p.telegram = $1 AND p.high_score > 0";
    row_opt(db, sql, &[&user.bits()], |row| count(row, 0)).await
}

pub(super) fn player_row(row: &Row) -> Sql<PlayerRecord> {
    let fact = PlayerFact {
        plays: count(row, 3)?,
        high_score: count(row, 4)?,
        wallet: address_opt(row, 5)?,
        achievements: Achievements::from_bits(row.try_get(6)?),
        day: row.try_get(7)?,
        day_tokens: column(row, 8)?,
    };
    Ok(PlayerRecord {
        user: column(row, 0)?,
        holder: column(row, 1)?,
        name: row.try_get(2)?,
        fact,
        first_seen_ms: row.try_get(9)?,
        last_played_ms: row.try_get(10)?,
        wallet_bound_ms: row.try_get(11)?,
    })
}

pub(crate) async fn player_facts(
    db: &impl GenericClient,
    users: &[TelegramUserId],
) -> Sql<Vec<(TelegramUserId, PlayerFact)>> {
    let users: Vec<i64> = users.iter().map(|user| user.bits()).collect();
    let sql = player_sql!("WHERE p.telegram = ANY($1)");
    let found = rows(db, sql, &[&users], player_row).await?;
    Ok(found
        .into_iter()
        .map(|record| (record.user, record.fact))
        .collect())
}

pub(crate) async fn run_fetch(db: &impl GenericClient, run: RunId) -> Sql<Option<RunRecord>> {
    let sql = "SELECT run, player, score, tokens, achieved, played_ms FROM game_run WHERE run = $1";
    row_opt(db, sql, &[&run.bytes().as_slice()], |row| {
        Ok(RunRecord {
            run: RunId::from_bytes(bytes(row.try_get(0)?)?),
            player: column(row, 1)?,
            score: count(row, 2)?,
            tokens: column(row, 3)?,
            achieved: Achievements::from_bits(row.try_get(4)?),
            played_ms: row.try_get(5)?,
        })
    })
    .await
}

pub(crate) async fn run_facts(
    db: &impl GenericClient,
    runs: &[RunId],
) -> Sql<Vec<(RunId, TelegramUserId)>> {
    let runs: Vec<&[u8]> = runs.iter().map(|run| run.bytes().as_slice()).collect();
    let sql = "SELECT run, player FROM game_run WHERE run = ANY($1)";
    rows(db, sql, &[&runs], |row| {
        let run = RunId::from_bytes(bytes(row.try_get(0)?)?);
        Ok((run, column(row, 1)?))
    })
    .await
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
pub(crate) async fn purchases_of(
    db: &impl GenericClient,
    user: TelegramUserId,
) -> Sql<Vec<PurchaseRecord>> {
    let sql = purchase_sql!("WHERE player = $1 ORDER BY bought_ms, item");
    rows(db, sql, &[&user.bits()], purchase_row).await
}

pub(crate) async fn purchases_newest(
    db: &impl GenericClient,
    before_ms: Option<i64>,
    limit: usize,
) -> Sql<Vec<PurchaseRecord>> {
    let sql = purchase_sql!("WHERE bought_ms < $1 ORDER BY bought_ms DESC, player, item LIMIT $2");
    let before_ms = before_ms.unwrap_or(i64::MAX);
    rows(db, sql, &[&before_ms, &most(limit)], purchase_row).await
}

fn purchase_row(row: &Row) -> Sql<PurchaseRecord> {
    let rail = hash_opt(row, 2)?.map_or(PurchaseRail::Stars, |deposit| PurchaseRail::Tokens {
        deposit,
    });
    Ok(PurchaseRecord {
        player: column(row, 0)?,
        item: column(row, 1)?,
        rail,
        bought_ms: row.try_get(3)?,
    })
}

/// Which of these players have bought which of these items.
pub(crate) async fn owned_facts(
    db: &impl GenericClient,
    asked: &[(TelegramUserId, ItemId)],
) -> Sql<Vec<(TelegramUserId, ItemId)>> {
    let players: Vec<i64> = asked.iter().map(|(player, _)| player.bits()).collect();
    let items: Vec<i64> = asked.iter().map(|(_, item)| item.get()).collect();
    let sql = "SELECT p.player, p.item FROM unnest($1::bigint[], $2::bigint[]) AS a (player, item) \
         JOIN purchase p ON p.player = a.player AND p.item = a.item";
    rows(db, sql, &[&players, &items], |row| {
        Ok((column(row, 0)?, column(row, 1)?))
    })
    .await
}

/// A limit as a statement wants it.
pub(super) fn most(limit: usize) -> i64 {
    i64::try_from(limit.min(MOST_ROWS)).unwrap_or(i64::MAX)
}

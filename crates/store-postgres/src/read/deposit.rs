use app::{DepositFilter, DepositRecord, StarsRecord};
use economy::{DepositFact, DepositState, HeldWhy, StarsFact};
use ledger::{ItemId, StarsCharge, TelegramUserId, TonHash};
use posting::stored::Word as _;
use tokio_postgres::Row;

use super::{
    column,
    column::{address, bytes, column_opt, count, damaged, hash, word},
    player::most,
    row_opt, rows,
};
use crate::{client::GenericClient, error::Sql};

macro_rules! deposit_sql {
    ($rest:literal) => {
        concat!(
            "SELECT d.hash, d.account, d.lt, d.sender, d.currency, d.amount, d.comment, d.player, d.item, d.price, d.over, d.state, d.why, \
             d.payer, d.seen_ms, d.changed_ms, d.decided_by, d.refund FROM deposit d ",
            $rest
        )
    };
}

pub(crate) async fn deposit_fetch(
    db: &impl GenericClient,
    hash: TonHash,
) -> Sql<Option<DepositRecord>> {
    let sql = deposit_sql!("WHERE d.hash = $1");
    row_opt(db, sql, &[&hash.bytes().as_slice()], deposit_row).await
}

pub(crate) async fn deposit_facts(
    db: &impl GenericClient,
    hashes: &[TonHash],
) -> Sql<Vec<(TonHash, DepositFact)>> {
    let hashes: Vec<&[u8]> = hashes.iter().map(|hash| hash.bytes().as_slice()).collect();
    let sql = deposit_sql!("WHERE d.hash = ANY($1)");
    let found = rows(db, sql, &[&hashes], deposit_row).await?;
    let facts = found.into_iter().map(|record| {
        let fact = DepositFact {
            token: record.token,
            amount: record.amount,
            sender: record.sender,
            state: record.state,
        };
        (record.transaction, fact)
    });
    Ok(facts.collect())
}

/// Newest first.
pub(crate) async fn deposit_list(
    db: &impl GenericClient,
    filter: &DepositFilter,
) -> Sql<Vec<DepositRecord>> {
    let DepositFilter {
        state,
        player,
        before_lt,
        limit,
    } = *filter;
    let sql = match (state, player) {
        (Some(_), None) => deposit_sql!(
            "WHERE d.lt < $1 AND d.state = $2 AND $3::bigint IS NULL ORDER BY d.lt DESC LIMIT $4"
        ),
        (_, Some(_)) => deposit_sql!(
            "WHERE d.lt < $1 AND ($2::text IS NULL OR d.state = $2) AND d.player = $3 ORDER BY d.lt DESC LIMIT $4"
        ),
        (None, None) => deposit_sql!(
            "WHERE d.lt < $1 AND $2::text IS NULL AND $3::bigint IS NULL ORDER BY d.lt DESC LIMIT $4"
        ),
    };
    let before = before_lt.map_or(i64::MAX, u64::cast_signed);
    let state = state.map(DepositState::word);
    let player = player.map(|player| player.bits());
    rows(
        db,
        sql,
        &[&before, &state, &player, &most(limit)],
        deposit_row,
    )
    .await
}

/// Held for a player who was not known then and is now, and enough for what was asked for.
pub(crate) async fn deposits_claimable(
    db: &impl GenericClient,
    limit: usize,
) -> Sql<Vec<DepositRecord>> {
    let sql = deposit_sql!(
        "JOIN player p ON p.telegram = d.player WHERE d.state = 'held' AND d.why = 'unknown_player' AND d.price <= d.amount \
         AND NOT EXISTS (SELECT 1 FROM purchase b WHERE b.player = d.player AND b.item = d.item) ORDER BY d.lt LIMIT $1"
    );
    rows(db, sql, &[&most(limit)], deposit_row).await
}

fn deposit_row(row: &Row) -> Sql<DepositRecord> {
    let why: Option<&str> = row.try_get(12)?;
    let known = |word: &str| HeldWhy::parse(word).ok_or_else(|| damaged(HeldWhy::WHAT, word));
    Ok(DepositRecord {
        transaction: hash(row, 0)?,
        account: address(row, 1)?,
        lt: count(row, 2)?,
        sender: address(row, 3)?,
        token: column(row, 4)?,
        amount: column(row, 5)?,
        comment: row.try_get(6)?,
        player: column_opt(row, 7)?,
        item: column_opt(row, 8)?,
        price: column_opt(row, 9)?,
        over: column(row, 10)?,
        state: word(row, 11)?,
        why: why.map(known).transpose()?,
        payer: column_opt(row, 13)?,
        seen_ms: row.try_get(14)?,
        changed_ms: row.try_get(15)?,
        decided_by: column_opt(row, 16)?,
        refund: column_opt(row, 17)?,
    })
}

// Stars ------------------------------------------------------------------------------------------------------------------------

macro_rules! stars_sql {
    ($rest:literal) => {
        concat!(
            "SELECT charge_id, player, item, stars, state, paid_ms, charge FROM stars_payment ",
            $rest
        )
    };
}

pub(crate) async fn stars_fetch(
    db: &impl GenericClient,
    charge: StarsCharge,
) -> Sql<Option<StarsRecord>> {
    let sql = stars_sql!("WHERE charge = $1");
    row_opt(db, sql, &[&charge.bytes().as_slice()], stars_row).await
}

pub(crate) async fn stars_facts(
    db: &impl GenericClient,
    charges: &[StarsCharge],
) -> Sql<Vec<(StarsCharge, StarsFact)>> {
    let charges: Vec<&[u8]> = charges
        .iter()
        .map(|charge| charge.bytes().as_slice())
        .collect();
    let sql = stars_sql!("WHERE charge = ANY($1)");
    rows(db, sql, &[&charges], |row| {
        let record = stars_row(row)?;
        let fact = StarsFact {
            player: record.player,
            item: record.item,
            state: record.state,
        };
        Ok((StarsCharge::from_bytes(bytes(row.try_get(6)?)?), fact))
    })
    .await
}

/// Those that must be given back, oldest first.
pub(crate) async fn stars_owed(db: &impl GenericClient, limit: usize) -> Sql<Vec<StarsRecord>> {
    let sql = stars_sql!("WHERE state = 'owed' ORDER BY paid_ms LIMIT $1");
    rows(db, sql, &[&most(limit)], stars_row).await
}

/// The newest payment of a player for an item that bought it.
pub(crate) async fn stars_for(
    db: &impl GenericClient,
    user: TelegramUserId,
    item: ItemId,
) -> Sql<Option<StarsRecord>> {
    let sql = stars_sql!(
        "WHERE player = $1 AND item = $2 AND state = 'bought' ORDER BY paid_ms DESC LIMIT 1"
    );
    row_opt(db, sql, &[&user.bits(), &item.get()], stars_row).await
}

fn stars_row(row: &Row) -> Sql<StarsRecord> {
    Ok(StarsRecord {
        charge_id: row.try_get(0)?,
        player: column(row, 1)?,
        item: column(row, 2)?,
        stars: count(row, 3)?,
        state: word(row, 4)?,
        paid_ms: row.try_get(5)?,
    })
}

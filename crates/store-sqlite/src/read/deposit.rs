use app::{DepositFilter, DepositRecord, StarsRecord};
use economy::{DepositFact, DepositState, HeldWhy, StarsFact};
use ledger::{ItemId, StarsCharge, TelegramUserId, TonHash};
use posting::stored::Word as _;
use rusqlite::{Connection, Row};

use super::{
    ReadError, column,
    column::{address, column_opt, count, damaged, hash, word},
    player::rows,
};

macro_rules! deposit_sql {
    ($rest:literal) => {
        concat!(
            "SELECT d.hash, d.account, d.lt, d.sender, c.id, d.amount, d.comment, d.player, d.item, d.price, d.over, d.state, d.why, d.payer, \
             d.seen_ms, d.changed_ms, d.decided_by, d.refund FROM deposit d JOIN currency c ON c.ref = d.currency ",
            $rest
        )
    };
}

pub(crate) fn deposit_fetch(
    db: &Connection,
    hash: TonHash,
) -> Result<Option<DepositRecord>, ReadError> {
    db.prepare_cached(deposit_sql!("WHERE d.hash = ?1"))?
        .query_and_then([hash.bytes()], deposit_row)?
        .next()
        .transpose()
}

pub(crate) fn deposit_fact(
    db: &Connection,
    hash: TonHash,
) -> Result<Option<DepositFact>, ReadError> {
    let record = deposit_fetch(db, hash)?;
    Ok(record.map(|record| DepositFact {
        token: record.token,
        amount: record.amount,
        sender: record.sender,
        state: record.state,
    }))
}

/// Newest first.
pub(crate) fn deposit_list(
    db: &Connection,
    filter: &DepositFilter,
) -> Result<Vec<DepositRecord>, ReadError> {
    let DepositFilter {
        state,
        player,
        before_lt,
        limit,
    } = *filter;
    let sql = match (state, player) {
        (Some(_), None) => deposit_sql!(
            "WHERE d.lt < ?1 AND d.state = ?2 AND ?3 IS NULL ORDER BY d.lt DESC LIMIT ?4"
        ),
        (_, Some(_)) => deposit_sql!(
            "WHERE d.lt < ?1 AND (?2 IS NULL OR d.state = ?2) AND d.player = ?3 ORDER BY d.lt DESC LIMIT ?4"
        ),
        (None, None) => deposit_sql!(
            "WHERE d.lt < ?1 AND ?2 IS NULL AND ?3 IS NULL ORDER BY d.lt DESC LIMIT ?4"
        ),
    };
    let asked = (
        before_lt.map_or(i64::MAX, u64::cast_signed),
        state.map(DepositState::word),
        player.map(|player| player.bits()),
        rows(limit),
    );
    db.prepare_cached(sql)?
        .query_and_then(asked, deposit_row)?
        .collect()
}

/// Held for a player who was not known then and is now, and enough for what was asked for.
pub(crate) fn deposits_claimable(
    db: &Connection,
    limit: usize,
) -> Result<Vec<DepositRecord>, ReadError> {
    db.prepare_cached(deposit_sql!(
        "JOIN player p ON p.telegram = d.player WHERE d.state = 'held' AND d.why = 'unknown_player' AND d.price <= d.amount \
         AND NOT EXISTS (SELECT 1 FROM purchase b WHERE b.player = d.player AND b.item = d.item) ORDER BY d.lt LIMIT ?1"
    ))?
    .query_and_then([rows(limit)], deposit_row)?
    .collect()
}

fn deposit_row(row: &Row<'_>) -> Result<DepositRecord, ReadError> {
    let (account, sender): (String, String) = (row.get(1)?, row.get(3)?);
    let why: Option<String> = row.get(12)?;
    let known = |word: &str| HeldWhy::parse(word).ok_or_else(|| damaged(HeldWhy::WHAT, word));
    Ok(DepositRecord {
        transaction: hash(row, 0)?,
        account: address(&account)?,
        lt: count(row, 2)?,
        sender: address(&sender)?,
        token: column(row, 4)?,
        amount: column(row, 5)?,
        comment: row.get(6)?,
        player: column_opt(row, 7)?,
        item: column_opt(row, 8)?,
        price: column_opt(row, 9)?,
        over: column(row, 10)?,
        state: word(row, 11)?,
        why: why.as_deref().map(known).transpose()?,
        payer: column_opt(row, 13)?,
        seen_ms: row.get(14)?,
        changed_ms: row.get(15)?,
        decided_by: column_opt(row, 16)?,
        refund: column_opt(row, 17)?,
    })
}

// Stars ------------------------------------------------------------------------------------------------------------------------

macro_rules! stars_sql {
    ($rest:literal) => {
        concat!(
            "SELECT charge_id, player, item, stars, state, paid_ms FROM stars_payment ",
            $rest
        )
    };
}

pub(crate) fn stars_fetch(
    db: &Connection,
    charge: StarsCharge,
) -> Result<Option<StarsRecord>, ReadError> {
    db.prepare_cached(stars_sql!("WHERE charge = ?1"))?
        .query_and_then([charge.bytes()], stars_row)?
        .next()
        .transpose()
}

pub(crate) fn stars_fact(
    db: &Connection,
    charge: StarsCharge,
) -> Result<Option<StarsFact>, ReadError> {
    let record = stars_fetch(db, charge)?;
    Ok(record.map(|record| StarsFact {
        player: record.player,
        item: record.item,
        state: record.state,
    }))
}

/// Those that must be given back, oldest first.
pub(crate) fn stars_owed(db: &Connection, limit: usize) -> Result<Vec<StarsRecord>, ReadError> {
    db.prepare_cached(stars_sql!("WHERE state = 'owed' ORDER BY paid_ms LIMIT ?1"))?
        .query_and_then([rows(limit)], stars_row)?
        .collect()
}

/// The newest payment of a player for an item that bought it.
pub(crate) fn stars_for(
    db: &Connection,
    user: TelegramUserId,
    item: ItemId,
) -> Result<Option<StarsRecord>, ReadError> {
    db.prepare_cached(stars_sql!(
        "WHERE player = ?1 AND item = ?2 AND state = 'bought' ORDER BY paid_ms DESC LIMIT 1"
    ))?
    .query_and_then((user.bits(), item.get()), stars_row)?
    .next()
    .transpose()
}

fn stars_row(row: &Row<'_>) -> Result<StarsRecord, ReadError> {
    Ok(StarsRecord {
        charge_id: row.get(0)?,
        player: column(row, 1)?,
        item: column(row, 2)?,
        stars: count(row, 3)?,
        state: word(row, 4)?,
        paid_ms: row.get(5)?,
    })
}

use crate::client::GenericClient;
use app::TransactionFilter;
use ledger::{CodeSiteId, CurrencyId, HolderId, IdSequence, Transaction, TransactionId};
use tokio_postgres::{Row, types::ToSql};

use super::{
    MOST_ROWS,
    transaction::transactions_fetch,
    walk::{lost, walk_sql},
};
use crate::error::Sql;

/// How many transfers a filtered list looks at before it answers with what it found.
const MOST_EXAMINED: i64 = 200_000;

/// Along a holder's accounts: from which id, before which, the limit, the most looked at, kind, currency, site and holder.
const BY_HOLDER: &str = walk_sql!(
    chains: "SELECT a.id, CASE a.id WHEN b.debit THEN b.debit_prev WHEN b.credit THEN b.credit_prev ELSE a.last_transfer END AS head
             FROM account a LEFT JOIN transfer b ON b.id = $2
             WHERE a.role = 0 AND a.holder = $8 AND ($6::bigint IS NULL OR a.currency = $6)",
    before: "CASE WHEN t.debit = ANY (chains.ids) THEN t.debit_prev WHEN t.credit = ANY (chains.ids) THEN t.credit_prev END",
    until: "top.id >= $1 AND walk.hits < $3 AND walk.steps < $4",
    hit: "t.id - t.leg < $2 AND ($5::smallint IS NULL OR t.kind = $5)
          AND ($7::bigint IS NULL OR t.origin = ANY (ARRAY(SELECT id FROM origin WHERE site = $7)))
          AND t.id - t.leg IS DISTINCT FROM walk.tx",
    "SELECT lost, id, tx FROM walk WHERE hit OR lost"
);

/// Along a site's origins: the same parameters without the holder.
const BY_SITE: &str = walk_sql!(
    chains: "SELECT h.origin AS id, CASE h.origin WHEN b.origin THEN b.origin_prev ELSE h.last_transfer END AS head
             FROM origin o JOIN origin_head h ON h.shard_key = 0 AND h.origin = o.id LEFT JOIN transfer b ON b.id = $2
             WHERE o.site = $7",
    before: "CASE WHEN t.origin = ANY (chains.ids) THEN t.origin_prev END",
    until: "top.id >= $1 AND walk.hits < $3 AND walk.steps < $4",
    hit: "t.id - t.leg < $2 AND ($5::smallint IS NULL OR t.kind = $5) AND ($6::bigint IS NULL OR t.currency = $6)
          AND t.id - t.leg IS DISTINCT FROM walk.tx",
    "SELECT lost, id, tx FROM walk WHERE hit OR lost"
);

/// Along the whole journal: the same parameters without site and holder. The window has the index's order, so it ends with the limit.
const BY_TIME: &str = "SELECT false, id, tx FROM (
        SELECT id, id - leg AS tx, lag(id - leg) OVER (ORDER BY id DESC) AS later
        FROM (SELECT id, leg, kind, currency FROM transfer WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT $4) AS looked_at
        WHERE id - leg < $2 AND ($5::smallint IS NULL OR kind = $5) AND ($6::bigint IS NULL OR currency = $6)
    ) AS seen WHERE later IS DISTINCT FROM tx ORDER BY id DESC LIMIT $3";

/// Transactions that the filter lets through, newest first. Looks at so many transfers at most, then answers with what it found.
/// Two statements, at one point of the ledger.
pub(crate) async fn transaction_list(
    db: &impl GenericClient,
    filter: &TransactionFilter,
) -> Sql<Vec<Transaction>> {
    let ids = ids_found(db, filter).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = transactions_fetch(db, &ids).await?;
    found.reverse();
    Ok(found)
}

async fn ids_found(db: &impl GenericClient, filter: &TransactionFilter) -> Sql<Vec<i64>> {
    let after = filter
        .to_ms
        .map_or(i64::MAX, |to| IdSequence::floor_of(to.saturating_add(1)));
    let from = filter.from_ms.map_or(0, IdSequence::floor_of);
    let before = after.min(filter.before.map_or(i64::MAX, TransactionId::get));
    let limit = filter.limit.min(MOST_ROWS) as i64;
    let kind = filter.kind.map(|kind| i16::from(kind.code()));
    let currency = filter.currency.map(CurrencyId::get);
    let site = filter.site.map(CodeSiteId::to_bits_i64);
    let holder = filter.holder.map(HolderId::get);
    let asked: [&(dyn ToSql + Sync); 8] = [
        &from,
        &before,
        &limit,
        &MOST_EXAMINED,
        &kind,
        &currency,
        &site,
        &holder,
    ];
    let (list, parameters) = match (holder, site) {
        (Some(_), _) => (BY_HOLDER, 8),
        (None, Some(_)) => (BY_SITE, 7),
        (None, None) => (BY_TIME, 6),
    };
    let list = db.prepare_cached(list).await?;
    let rows = db.query(&list, &asked[..parameters]).await?;
    rows.iter().map(id_found).collect()
}

fn id_found(row: &Row) -> Sql<i64> {
    if row.try_get(0)? {
        return Err(lost(row, 1)?);
    }
    Ok(row.try_get(2)?)
}

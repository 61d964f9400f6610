use crate::client::GenericClient;
use app::Posting;
use ledger::{Balance, CurrencyId, HolderId, IdSequence};
use tokio_postgres::Row;

use super::{
    MOST_ROWS, account_key, column, number,
    transaction::origin,
    walk::{lost, walk_sql},
};
use crate::error::{Sql, SqlError};

/// Who, which currency or NULL, before which transfer, how many. Where the cursor's own transfer is in a chain, the walk begins behind it.
const HISTORY: &str = walk_sql!(
    chains: "SELECT a.id, CASE a.id WHEN b.debit THEN b.debit_prev WHEN b.credit THEN b.credit_prev ELSE a.last_transfer END AS head
             FROM account a LEFT JOIN transfer b ON b.id = $3
             WHERE a.role = 0 AND a.holder = $1 AND ($2::bigint IS NULL OR a.currency = $2)",
    before: "CASE WHEN t.debit = ANY (chains.ids) THEN t.debit_prev WHEN t.credit = ANY (chains.ids) THEN t.credit_prev END",
    until: "walk.hits < $4",
    hit: "t.id < $3",
    "SELECT walk.lost, walk.id, t.leg::bigint, t.kind, t.currency, t.debit = ANY (chains.ids), t.amount, t.debit_after, t.credit_after,
         other.role, other.holder, t.actor, o.entry, o.application, o.site, o.class, o.function, o.claimed,
         (SELECT d.reason FROM transfer first JOIN detail d ON d.shard_key = first.shard_key AND d.id = first.id
          WHERE first.id = t.id - t.leg)
     FROM walk
         CROSS JOIN chains
         LEFT JOIN LATERAL (SELECT * FROM transfer t WHERE t.id = walk.id OFFSET 0) AS t ON true
         LEFT JOIN LATERAL (
             SELECT * FROM account a
             WHERE a.shard_key = t.shard_key AND a.id = CASE WHEN t.debit = ANY (chains.ids) THEN t.credit ELSE t.debit END OFFSET 0
         ) AS other ON true
         LEFT JOIN LATERAL (SELECT * FROM origin o WHERE o.id = t.origin OFFSET 0) AS o ON true
     WHERE walk.hit OR walk.lost
     ORDER BY walk.id DESC"
);

/// What came into a holder's accounts and went out of them, newest first; `before` is a transfer's id.
pub(crate) async fn history_list(
    db: &impl GenericClient,
    holder: HolderId,
    currency: Option<CurrencyId>,
    before: Option<i64>,
    limit: usize,
) -> Sql<Vec<Posting>> {
    let currency = currency.map(CurrencyId::get);
    let before = before.unwrap_or(i64::MAX);
    let limit = limit.min(MOST_ROWS) as i64;
    let list = db.prepare_cached(HISTORY).await?;
    let rows = db
        .query(&list, &[&holder.get(), &currency, &before, &limit])
        .await?;
    rows.iter().map(posting).collect()
}

fn posting(row: &Row) -> Sql<Posting> {
    if row.try_get(0)? {
        return Err(lost(row, 1)?);
    }
    let (transfer, leg): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
    let amount: i64 = row.try_get(6)?;
    let (change, after) = if row.try_get(5)? {
        (-amount, row.try_get(7)?)
    } else {
        (amount, row.try_get(8)?)
    };
    let currency = column(row, 4)?;
    let role: Option<i16> = row.try_get(9)?;
    let role = role.ok_or_else(|| {
        SqlError::Damaged(format!("an account of transfer {transfer} is not there"))
    })?;
    Ok(Posting {
        transaction: number(transfer - leg)?,
        transfer,
        time_ms: IdSequence::time_ms(transfer),
        kind: column(row, 3)?,
        currency,
        change,
        balance_after: Balance::new(after),
        other: account_key(role, row.try_get(10)?, currency)?.owner,
        actor: column(row, 11)?,
        origin: origin(row, 12)?,
        reason: row.try_get(18)?,
    })
}

use crate::client::GenericClient;
use ledger::{
    AccountKey, Balance, CodeSiteId, Detail, RecordedOrigin, Remainder, Transaction, TransactionId,
    Transfer,
};
use tokio_postgres::Row;

use super::{MOST_ROWS, account_key, column, column::damaged, column_opt};
use crate::error::{Sql, SqlError};

/// The legs of the transactions that the literal names by their first legs, each with all that is told of it, in the journal's order.
///
/// `OFFSET 0` keeps each step a look-up by key: without it the planner, which cannot know how few rows there will be, may read whole tables.
macro_rules! legs_sql {
    ($first_legs:literal, $reversed_by:literal) => {
        concat!(
            "WITH RECURSIVE leg AS (
                 (SELECT t.* FROM (", $first_legs, ") AS first
                     CROSS JOIN LATERAL (SELECT * FROM transfer t WHERE t.id = first.id AND t.leg = 0 OFFSET 0) AS t)
                 UNION ALL
                 SELECT t.* FROM leg CROSS JOIN LATERAL
                     (SELECT * FROM transfer t WHERE t.id = leg.id + 1 AND t.leg = leg.leg + 1 OFFSET 0) AS t
             )
             SELECT leg.id, leg.leg::bigint, leg.sequence, leg.kind, leg.actor, leg.currency, leg.amount, leg.debit_after, leg.credit_after,
                 debit.id, debit.role, debit.holder, credit.id, credit.role, credit.holder,
                 o.entry, o.application, o.site, o.class, o.function, o.claimed,
                 d.reason, d.reference, d.item, d.item_owner, d.reverses, d.remainder_num, d.remainder_den, d.debt, d.traceparent, d.about, ",
            $reversed_by, "
             FROM leg
                 LEFT JOIN LATERAL (SELECT * FROM account a WHERE a.shard_key = leg.shard_key AND a.id = leg.debit OFFSET 0) AS debit ON true
                 LEFT JOIN LATERAL (SELECT * FROM account a WHERE a.shard_key = leg.shard_key AND a.id = leg.credit OFFSET 0) AS credit ON true
                 LEFT JOIN LATERAL (SELECT * FROM origin o WHERE o.id = leg.origin OFFSET 0) AS o ON true
                 LEFT JOIN LATERAL (SELECT * FROM detail d WHERE d.shard_key = leg.shard_key AND d.id = leg.id OFFSET 0) AS d ON true
             ORDER BY leg.id"
        )
    };
}

/// A transaction by its id; none when the id is not that of a transaction's first transfer.
pub(crate) async fn transaction_fetch(
    db: &impl GenericClient,
    id: TransactionId,
) -> Sql<Option<Transaction>> {
    Ok(transactions_fetch(db, &[id.get()]).await?.pop())
}

/// Those of these transactions that exist, oldest first.
pub(super) async fn transactions_fetch(
    db: &impl GenericClient,
    ids: &[i64],
) -> Sql<Vec<Transaction>> {
    let fetch = legs_sql!("SELECT DISTINCT unnest($1::bigint[]) AS id", "NULL::bigint");
    let fetch = db.prepare_cached(fetch).await?;
    let rows = db.query(&fetch, &[&ids]).await?;
    by_transaction(&rows)?.map(assembled).collect()
}

/// Those of these transactions that exist, oldest first, each with the one that took it back.
pub(super) async fn transactions_reversed(
    db: &impl GenericClient,
    ids: &[TransactionId],
) -> Sql<Vec<(Transaction, Option<TransactionId>)>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let fetch = legs_sql!(
        "SELECT DISTINCT unnest($1::bigint[]) AS id",
        "(SELECT r.id FROM detail r WHERE r.shard_key = leg.shard_key AND r.reverses = leg.id)"
    );
    let fetch = db.prepare_cached(fetch).await?;
    let rows = db.query(&fetch, &[&ids]).await?;
    let past = |legs: &[Row]| {
        let reversed_by = legs.first().map(|row| column_opt(row, 31)).transpose()?;
        Ok((assembled(legs)?, reversed_by.flatten()))
    };
    by_transaction(&rows)?.map(past).collect()
}

/// Transactions after the cursor, oldest first.
pub(crate) async fn transactions_after(
    db: &impl GenericClient,
    cursor: i64,
    limit: usize,
) -> Sql<Vec<Transaction>> {
    let fetch = legs_sql!(
        "SELECT id FROM transfer WHERE id > $1 AND leg = 0 ORDER BY id LIMIT $2",
        "NULL::bigint"
    );
    let fetch = db.prepare_cached(fetch).await?;
    let limit = limit.min(MOST_ROWS) as i64;
    let rows = db.query(&fetch, &[&cursor, &limit]).await?;
    by_transaction(&rows)?.map(assembled).collect()
}

/// Rows in their order, cut before each first leg.
fn by_transaction(rows: &[Row]) -> Sql<impl Iterator<Item = &[Row]>> {
    let first_legs = rows
        .iter()
        .map(|row| Ok(row.try_get::<_, i64>(1)? == 0))
        .collect::<Sql<Vec<bool>>>()?;
    let starts = first_legs.iter().enumerate().filter(|(_, first)| **first);
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([rows.len()]).collect();
    Ok(starts
        .into_iter()
        .zip(ends)
        .map(|(start, end)| &rows[start..end]))
}

/// Legs in their order, at least one.
fn assembled(legs: &[Row]) -> Sql<Transaction> {
    let first = legs
        .first()
        .ok_or_else(|| SqlError::Damaged("a transaction without transfers".into()))?;
    Ok(Transaction {
        id: column(first, 0)?,
        sequence: first.try_get::<_, i64>(2)?.cast_unsigned(),
        kind: column(first, 3)?,
        actor: column(first, 4)?,
        origin: origin(first, 15)?,
        transfers: legs.iter().map(transfer).collect::<Sql<_>>()?,
        detail: detail(first, 21)?,
    })
}

fn transfer(leg: &Row) -> Sql<Transfer> {
    Ok(Transfer {
        debit: account(leg, 9)?,
        credit: account(leg, 12)?,
        amount: column(leg, 6)?,
        debit_after: Balance::new(leg.try_get(7)?),
        credit_after: Balance::new(leg.try_get(8)?),
    })
}

/// Whose account it is, from three columns: its id, role and holder.
fn account(leg: &Row, at: usize) -> Sql<AccountKey> {
    let Some(_) = leg.try_get::<_, Option<i64>>(at)? else {
        let transfer: i64 = leg.try_get(0)?;
        return Err(SqlError::Damaged(format!(
            "an account of transfer {transfer} is not there"
        )));
    };
    account_key(leg.try_get(at + 1)?, leg.try_get(at + 2)?, column(leg, 5)?)
}

/// Six columns: entry, application, site, class, function, claimed.
pub(super) fn origin(row: &Row, at: usize) -> Sql<RecordedOrigin> {
    let entry: Option<String> = row.try_get(at)?;
    Ok(RecordedOrigin {
        entry: entry.ok_or_else(|| damaged("origin", "nothing"))?,
        application: row.try_get(at + 1)?,
        site: CodeSiteId::from_bits_i64(row.try_get(at + 2)?),
        class: row.try_get(at + 3)?,
        function: row.try_get(at + 4)?,
        claimed: row.try_get(at + 5)?,
    })
}

/// Ten columns, all NULL when there is no detail.
fn detail(row: &Row, at: usize) -> Sql<Detail> {
    let part = |index: usize| {
        row.try_get::<_, Option<i64>>(index)
            .map(|part| part.map(i64::cast_unsigned))
    };
    let remainder = part(at + 5)?
        .zip(part(at + 6)?)
        .map(|(num, den)| Remainder { num, den });
    Ok(Detail {
        reason: row.try_get(at)?,
        reference: row.try_get(at + 1)?,
        item: column_opt(row, at + 2)?,
        item_owner: column_opt(row, at + 3)?,
        reverses: column_opt(row, at + 4)?,
        remainder,
        debt: column_opt(row, at + 7)?,
        traceparent: row.try_get(at + 8)?,
        about: row.try_get(at + 9)?,
    })
}

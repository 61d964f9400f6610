use app::BalancesAfter;
use ledger::{Balance, CurrencyId, HolderId, Kind};
use tokio_postgres::Row;

use super::{column, column::count, column_opt, rows};
use crate::{client::GenericClient, error::Sql};

/// What transfers after the cursor left in holders' accounts of these currencies; looks at `limit` transfers at most. One statement, so
/// that the links are those of the same point of the ledger: its first row has nothing but their number.
pub(crate) async fn balances_after(
    db: &impl GenericClient,
    cursor: i64,
    currencies: &[CurrencyId],
    limit: usize,
) -> Sql<BalancesAfter> {
    let currencies: Vec<i64> = currencies.iter().map(|currency| currency.get()).collect();
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let fetch = db
        .prepare_cached(
            "SELECT NULL::bigint AS id, NULL::smallint AS kind, NULL::bigint AS currency, NULL::bigint AS debit_holder, \
                 NULL::bigint AS debit_after, NULL::bigint AS credit_holder, NULL::bigint AS credit_after, \
                 (SELECT count(*) FROM holder WHERE merged_into IS NOT NULL) AS links \
             UNION ALL \
             (SELECT t.id, t.kind, t.currency, debit.holder, t.debit_after, credit.holder, t.credit_after, NULL \
              FROM (SELECT * FROM transfer WHERE id > $1 ORDER BY id LIMIT $2) AS t \
                  LEFT JOIN LATERAL (SELECT holder FROM account a WHERE a.shard_key = t.shard_key AND a.id = t.debit \
                      AND t.currency = ANY ($3) OFFSET 0) AS debit ON true \
                  LEFT JOIN LATERAL (SELECT holder FROM account a WHERE a.shard_key = t.shard_key AND a.id = t.credit \
                      AND t.currency = ANY ($3) OFFSET 0) AS credit ON true) \
             ORDER BY id NULLS FIRST",
        )
        .await?;
    let found = db.query(&fetch, &[&cursor, &most, &currencies]).await?;
    let mut after = BalancesAfter {
        cursor,
        more: found.len() > limit,
        ..BalancesAfter::default()
    };
    for row in &found {
        match row.try_get::<_, Option<i64>>(0)? {
            None => after.links = count(row, 7)?,
            Some(id) => {
                after.cursor = id;
                after.linked |= column::<Kind>(row, 1)? == Kind::Link;
                let currency = column(row, 2)?;
                let of_holders = [left(row, 3)?, left(row, 5)?].into_iter().flatten();
                let balances = of_holders.map(|(holder, balance)| (holder, currency, balance));
                after.balances.extend(balances);
            }
        }
    }
    Ok(after)
}

/// Whose account it is and what was left there, from two columns; nothing for an account that is nobody's or was not asked for.
fn left(row: &Row, at: usize) -> Sql<Option<(HolderId, Balance)>> {
    let Some(holder) = column_opt(row, at)? else {
        return Ok(None);
    };
    Ok(Some((holder, Balance::new(row.try_get(at + 1)?))))
}

/// How many holders became one with another so far.
pub(super) async fn link_count(db: &impl GenericClient) -> Sql<u64> {
    let sql = "SELECT count(*) FROM holder WHERE merged_into IS NOT NULL";
    let counted: Vec<u64> = rows(db, sql, &[], |row| count(row, 0)).await?;
    Ok(counted.into_iter().sum())
}

use crate::client::GenericClient;
use ledger::{Balance, CurrencyId, HolderId};

use super::{MOST_ROWS, column};
use crate::error::Sql;

/// The richest holders of a currency who have anything, by balance, then by the older holder; exact at the last transfer.
pub(crate) async fn richest_list(
    db: &impl GenericClient,
    currency: CurrencyId,
    skip: usize,
    limit: usize,
) -> Sql<Vec<(HolderId, Balance)>> {
    let list = db
        .prepare_cached(
            "SELECT holder, balance FROM account
             WHERE shard_key = (SELECT group_id FROM currency WHERE id = $1) AND role = 0 AND currency = $1 AND balance > 0
             ORDER BY balance DESC, holder LIMIT $2 OFFSET $3",
        )
        .await?;
    let limit = limit.min(MOST_ROWS) as i64;
    let skip = i64::try_from(skip).unwrap_or(i64::MAX);
    let rows = db.query(&list, &[&currency.get(), &limit, &skip]).await?;
    rows.iter()
        .map(|row| Ok((column(row, 0)?, Balance::new(row.try_get(1)?))))
        .collect()
}

use crate::client::GenericClient;
use app::Supply;
use tokio_postgres::Row;

use super::{
    column,
    column::{count, sum},
};
use crate::error::Sql;

/// Every currency's totals at the last transfer that this read sees, oldest currency first.
pub(crate) async fn supply_list(db: &impl GenericClient) -> Sql<Vec<Supply>> {
    let list = db
        .prepare_cached(
            "SELECT c.id, j.sequence, coalesce(a.issued, 0)::text, coalesce(a.held, 0)::text, coalesce(a.escrowed, 0)::text,
                 coalesce(a.holders, 0)
             FROM journal j CROSS JOIN currency c LEFT JOIN (
                 SELECT currency, -sum(balance) FILTER (WHERE role = 1) AS issued, sum(balance) FILTER (WHERE role = 0) AS held,
                     sum(balance) FILTER (WHERE role > 1) AS escrowed, count(*) FILTER (WHERE role = 0 AND balance > 0) AS holders
                 FROM account GROUP BY currency
             ) a ON a.currency = c.id
             WHERE j.shard_key = 0 ORDER BY c.id",
        )
        .await?;
    let rows = db.query(&list, &[]).await?;
    rows.iter().map(supply_row).collect()
}

fn supply_row(row: &Row) -> Sql<Supply> {
    Ok(Supply {
        currency: column(row, 0)?,
        sequence: count(row, 1)?,
        issued: sum(row, 2)?,
        held: sum(row, 3)?,
        escrowed: sum(row, 4)?,
        holders: count(row, 5)?,
    })
}

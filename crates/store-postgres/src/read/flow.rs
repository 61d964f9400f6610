use crate::client::GenericClient;
use app::{Flow, FlowQuery, FlowTotals};
use ledger::{CodeSiteId, CurrencyId};
use tokio_postgres::Row;

use super::{
    column,
    column::{column_opt, count, damaged, sum},
    transaction::origin,
};
use crate::error::Sql;

/// What was moved in these days by each code site, currency and kind. The rows are exact, so they are all there is to read; first and last
/// are transfers there, and their transactions here.
pub(crate) async fn flow_list(db: &impl GenericClient, query: &FlowQuery) -> Sql<Vec<Flow>> {
    let list = db
        .prepare_cached(
            "SELECT f.day, f.currency, f.kind, o.entry, o.application, o.site, o.class, o.function, o.claimed,
                 f.transfers, f.issued::text, f.retired::text, f.moved::text,
                 coalesce((SELECT id - leg FROM transfer WHERE id = f.first), f.first),
                 coalesce((SELECT id - leg FROM transfer WHERE id = f.last), f.last)
             FROM (
                 SELECT CASE WHEN $5::boolean THEN day END AS day, currency, kind, origin, sum(transfers)::bigint AS transfers,
                     sum(issued) AS issued, sum(retired) AS retired, sum(moved) AS moved, min(first) AS first, max(last) AS last
                 FROM flow
                 WHERE shard_key = ANY (ARRAY(SELECT DISTINCT group_id FROM currency WHERE $1::bigint IS NULL OR id = $1))
                     AND day BETWEEN $2 AND $3 AND ($1::bigint IS NULL OR currency = $1)
                     AND ($4::bigint IS NULL OR origin = ANY (ARRAY(SELECT id FROM origin WHERE site = $4)))
                 GROUP BY 1, 2, 3, 4
             ) AS f LEFT JOIN origin o ON o.id = f.origin
             ORDER BY f.day, f.currency, f.kind, f.origin",
        )
        .await?;
    let currency = query.currency.map(CurrencyId::get);
    let (from, to) = (i64::from(query.from_day), i64::from(query.to_day));
    let site = query.site.map(CodeSiteId::to_bits_i64);
    let rows = db
        .query(&list, &[&currency, &from, &to, &site, &query.by_day])
        .await?;
    rows.iter().map(flow_row).collect()
}

fn flow_row(row: &Row) -> Sql<Flow> {
    let day: Option<i64> = row.try_get(0)?;
    let day = day.map(|day| i32::try_from(day).map_err(|_| damaged("day", day)));
    let origin = origin(row, 3)?;
    Ok(Flow {
        day: day.transpose()?,
        currency: column(row, 1)?,
        kind: column(row, 2)?,
        entry: origin.entry,
        application: origin.application,
        site: origin.site,
        class: origin.class,
        function: origin.function,
        totals: FlowTotals {
            transfers: count(row, 9)?,
            issued: sum(row, 10)?,
            retired: sum(row, 11)?,
            moved: sum(row, 12)?,
            first: column_opt(row, 13)?,
            last: column_opt(row, 14)?,
        },
    })
}

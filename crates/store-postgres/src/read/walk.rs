//! Several chains of transfers, each from its newest one back, merged into one: the newest transfer first.
//!
//! A transfer names the one before it of its debit account, of its credit account and of its origin. One recursive statement follows these
//! names and reads no more rows than it is asked to find and must skip: no transfer is in two chains of one walk, because a holder has one
//! account in a currency, so the set of the chains' heads is all that a step needs.

use tokio_postgres::Row;

use crate::error::{Sql, SqlError};

/// Starts a statement with the table `walk`, to which the rest is added.
///
/// - `chains`: a query of `id` and `head`, the accounts or origins and where each chain begins, 0 for nowhere
/// - `before`: what transfer `t` names as the one before it in the chain among `chains.ids` that it is in; NULL when it is in none
/// - `until`: the walk goes on while this holds for `top.id`, the next transfer, and `walk`, the step before
/// - `hit`: whether transfer `t` counts; `walk.hits` counts them
///
/// `walk.lost` marks a transfer that is not there or does not lead on, the last of its walk: [`lost`] says so.
macro_rules! walk_sql {
    (chains: $chains:literal, before: $before:literal, until: $until:literal, hit: $hit:literal, $rest:literal) => {
        concat!(
            "WITH RECURSIVE chains AS (
                 SELECT array_agg(id) AS ids, array_agg(head) AS heads FROM (", $chains, ") AS chain
             ),
             walk AS (
                 SELECT heads, NULL::bigint AS id, NULL::bigint AS tx, 0::bigint AS steps, 0::bigint AS hits, false AS hit, false AS lost
                 FROM chains
                 UNION ALL
                 SELECT array_replace(walk.heads, top.id, t.before), top.id, CASE WHEN t.hit THEN t.tx ELSE walk.tx END, walk.steps + 1,
                     walk.hits + coalesce(t.hit, false)::int, coalesce(t.hit, false), coalesce(t.before >= top.id, true)
                 FROM walk
                     CROSS JOIN LATERAL (SELECT max(head) AS id FROM unnest(walk.heads) AS head) AS top
                     LEFT JOIN LATERAL (
                         SELECT t.id - t.leg AS tx, (", $before, ") AS before, (", $hit, ") AS hit
                         FROM transfer t, chains WHERE t.id = top.id OFFSET 0
                     ) AS t ON true
                 WHERE top.id > 0 AND NOT walk.lost AND (", $until, ")
             ) ",
            $rest
        )
    };
}

pub(super) use walk_sql;

/// What is wrong when a walk ended at a transfer that is lost.
pub(super) fn lost(row: &Row, id: usize) -> Sql<SqlError> {
    let transfer: i64 = row.try_get(id)?;
    Ok(SqlError::Damaged(format!(
        "transfer {transfer} is not there or does not lead on"
    )))
}

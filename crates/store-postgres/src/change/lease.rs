use crate::client::GenericClient;

use crate::{
    error::Sql,
    read::{execute, row_opt},
};

/// Takes a lease that is free, or extends the one that this owner has; gives its fence, or nothing while another has it.
pub(crate) async fn lease_take(
    db: &impl GenericClient,
    name: &str,
    owner: &str,
    for_ms: i64,
    now_ms: i64,
) -> Sql<Option<i64>> {
    row_opt(
        db,
        "INSERT INTO lease AS l (name, owner, fence, until_ms) VALUES ($1, $2, 1, $3) \
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_ms = excluded.until_ms, \
         fence = l.fence + (l.until_ms <= $4)::integer WHERE l.until_ms <= $4 OR l.owner = excluded.owner RETURNING fence",
        &[&name, &owner, &now_ms.saturating_add(for_ms), &now_ms],
        |row| Ok(row.try_get(0)?),
    )
    .await
}

/// Ends a lease. Its row stays: the next fence is greater.
pub(crate) async fn lease_drop(db: &impl GenericClient, name: &str, fence: i64) -> Sql<()> {
    let sql = "UPDATE lease SET until_ms = 0 WHERE name = $1 AND fence = $2";
    execute(db, sql, &[&name, &fence]).await?;
    Ok(())
}

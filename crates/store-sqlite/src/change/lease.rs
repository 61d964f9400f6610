use rusqlite::{Connection, OptionalExtension, params};

use crate::read::ReadError;

/// Takes a lease that is free, or extends the one that this owner has; gives its fence, or nothing while another has it.
pub(crate) fn lease_take(
    db: &Connection,
    name: &str,
    owner: &str,
    for_ms: i64,
    now_ms: i64,
) -> Result<Option<i64>, ReadError> {
    let fence = db
        .prepare_cached(
            "INSERT INTO lease AS l (name, owner, fence, until_ms) VALUES (?1, ?2, 1, ?3) \
             ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_ms = excluded.until_ms, \
             fence = l.fence + (l.until_ms <= ?4) WHERE l.until_ms <= ?4 OR l.owner = excluded.owner RETURNING fence",
        )?
        .query_row(
            params![name, owner, now_ms.saturating_add(for_ms), now_ms],
            |row| row.get(0),
        )
        .optional()?;
    Ok(fence)
}

/// Ends a lease. Its row stays: the next fence is greater.
pub(crate) fn lease_drop(db: &Connection, name: &str, fence: i64) -> Result<(), ReadError> {
    db.prepare_cached("UPDATE lease SET until_ms = 0 WHERE name = ?1 AND fence = ?2")?
        .execute((name, fence))?;
    Ok(())
}

use crate::client::GenericClient;

use crate::error::Sql;

/// Id and sequence of the last transfer; zeros in an empty ledger.
pub(crate) async fn transfer_last(db: &impl GenericClient) -> Sql<(i64, u64)> {
    let fetch = "SELECT last_transfer, sequence FROM journal WHERE shard_key = 0";
    let fetch = db.prepare_cached(fetch).await?;
    let row = db.query_one(&fetch, &[]).await?;
    Ok((row.try_get(0)?, row.try_get::<_, i64>(1)?.cast_unsigned()))
}

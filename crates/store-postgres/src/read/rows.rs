use crate::client::GenericClient;
use tokio_postgres::{Row, types::ToSql};

use crate::error::Sql;

/// All rows of a statement, each as what it stands for.
pub(crate) async fn rows<T>(
    db: &impl GenericClient,
    sql: &str,
    params: &[&(dyn ToSql + Sync)],
    read: impl Fn(&Row) -> Sql<T>,
) -> Sql<Vec<T>> {
    let statement = db.prepare_cached(sql).await?;
    let found = db.query(&statement, params).await?;
    found.iter().map(read).collect()
}

/// The one row of a statement, if there is one.
pub(crate) async fn row_opt<T>(
    db: &impl GenericClient,
    sql: &str,
    params: &[&(dyn ToSql + Sync)],
    read: impl Fn(&Row) -> Sql<T>,
) -> Sql<Option<T>> {
    let statement = db.prepare_cached(sql).await?;
    let found = db.query_opt(&statement, params).await?;
    found.as_ref().map(read).transpose()
}

/// How many rows a statement wrote.
pub(crate) async fn execute(
    db: &impl GenericClient,
    sql: &str,
    params: &[&(dyn ToSql + Sync)],
) -> Sql<u64> {
    let statement = db.prepare_cached(sql).await?;
    Ok(db.execute(&statement, params).await?)
}

/// Whether a statement finds anything.
pub(crate) async fn there_is_a(
    db: &impl GenericClient,
    sql: &str,
    params: &[&(dyn ToSql + Sync)],
) -> Sql<bool> {
    let statement = db.prepare_cached(sql).await?;
    Ok(!db.query(&statement, params).await?.is_empty())
}

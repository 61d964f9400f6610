use crate::client::GenericClient;
use app::HolderRecord;
use ledger::{HolderId, Identity, Platform, Standing};
use tokio_postgres::Row;

use super::{
    column,
    column::{damaged, standing},
    row_opt, word,
};
use crate::error::Sql;

macro_rules! holder_sql {
    ($where:literal) => {
        concat!(
            "SELECT h.id, h.standing, h.merged_into, i.platform, i.subject FROM holder h LEFT JOIN identity i ON i.holder = h.id WHERE ",
            $where,
            " ORDER BY i.platform, i.subject"
        )
    };
}

/// A holder with all identities that lead to it.
pub(crate) async fn holder_fetch(
    db: &impl GenericClient,
    id: HolderId,
) -> Sql<Option<HolderRecord>> {
    let statement = db.prepare_cached(holder_sql!("h.id = $1")).await?;
    holder_of(&db.query(&statement, &[&id.get()]).await?)
}

pub(crate) async fn holder_by_identity(
    db: &impl GenericClient,
    identity: &Identity,
) -> Sql<Option<HolderRecord>> {
    let statement = db
        .prepare_cached(holder_sql!(
            "h.id = (SELECT holder FROM identity WHERE platform = $1 AND subject = $2)"
        ))
        .await?;
    let rows = db
        .query(
            &statement,
            &[&identity.platform().as_str(), &identity.subject()],
        )
        .await?;
    holder_of(&rows)
}

/// A holder from one row for each identity, or one without any.
fn holder_of(rows: &[Row]) -> Sql<Option<HolderRecord>> {
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let identities = rows.iter().filter_map(|row| identity(row).transpose());
    Ok(Some(HolderRecord {
        id: column(first, 0)?,
        standing: standing(first, 1, 2)?,
        identities: identities.collect::<Sql<_>>()?,
    }))
}

fn identity(row: &Row) -> Sql<Option<Identity>> {
    let Some(subject) = row.try_get::<_, Option<&str>>(4)? else {
        return Ok(None);
    };
    let identity = Identity::new(word::<Platform>(row, 3)?, subject);
    identity.map(Some).map_err(|_| damaged("identity", subject))
}

pub(crate) async fn holder_standing(
    db: &impl GenericClient,
    id: HolderId,
) -> Sql<Option<Standing>> {
    row_opt(
        db,
        "SELECT standing, merged_into FROM holder WHERE id = $1",
        &[&id.get()],
        |row| standing(row, 0, 1),
    )
    .await
}

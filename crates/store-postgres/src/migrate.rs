//! The schema goes forward, in one transaction; several processes that start at once wait for the first one.

use crate::client::GenericClient;
use deadpool_postgres::ClientWrapper;

use crate::{
    OpenError,
    error::{Sql, SqlError},
};

/// In their order; a database's version is how many of them it has.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_ledger.sql"),
    include_str!("../migrations/0002_lease.sql"),
    include_str!("../migrations/0003_discord.sql"),
    include_str!("../migrations/0004_game.sql"),
];

/// The schema that this program writes.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// Any two processes that migrate one database at once, and only those, wait for each other.
const MIGRATING: i64 = 0x5343_5250;

/// Until the transaction's end no other process migrates or restores here.
pub(crate) async fn alone(db: &impl GenericClient) -> Sql<()> {
    db.query_one("SELECT pg_advisory_xact_lock($1)::text", &[&MIGRATING])
        .await?;
    Ok(())
}

pub(crate) async fn migrate(
    db: &mut ClientWrapper,
    place: &str,
    only_existing: bool,
) -> Result<(), OpenError> {
    let failed = |error: SqlError| OpenError::Failed {
        doing: "could not migrate the ledger",
        cause: error.words(),
    };
    let tx = db
        .transaction()
        .await
        .map_err(SqlError::from)
        .map_err(failed)?;
    alone(&tx).await.map_err(failed)?;
    let found = version(&tx).await.map_err(failed)?;
    match found {
        None => {
            let place = place.to_owned();
            return Err(OpenError::NotALedger { place });
        }
        Some(found) if found > SCHEMA_VERSION => {
            let place = place.to_owned();
            let known = SCHEMA_VERSION;
            return Err(OpenError::Newer {
                place,
                found,
                known,
            });
        }
        Some(0) if only_existing => {
            let place = place.to_owned();
            return Err(OpenError::Empty { place });
        }
        Some(SCHEMA_VERSION) => return Ok(()),
        Some(found) => forward(&tx, found, SCHEMA_VERSION).await.map_err(failed)?,
    }
    tx.commit().await.map_err(SqlError::from).map_err(failed)
}

/// The version that a database has; 0 for an empty one, nothing for somebody else's.
pub(crate) async fn version(db: &impl GenericClient) -> Sql<Option<u32>> {
    let tables: i64 = db
        .query_one(
            "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')",
            &[],
        )
        .await?
        .get(0);
    if tables == 0 {
        return Ok(Some(0));
    }
    let known: bool = db
        .query_one("SELECT to_regclass('scrip_schema') IS NOT NULL", &[])
        .await?
        .get(0);
    if !known {
        return Ok(None);
    }
    let row = db
        .query_one("SELECT version FROM scrip_schema", &[])
        .await?;
    Ok(Some(row.get::<_, i32>(0).unsigned_abs()))
}

/// From the version that was found to a later one; nothing when it is the same.
pub(crate) async fn forward(db: &impl GenericClient, found: u32, to: u32) -> Sql<()> {
    if found == to {
        return Ok(());
    }
    if found == 0 {
        db.batch_execute(
            "CREATE TABLE scrip_schema (version integer NOT NULL); INSERT INTO scrip_schema VALUES (0)",
        )
        .await?;
    }
    for migration in MIGRATIONS[..to as usize].iter().skip(found as usize) {
        db.batch_execute(migration).await?;
    }
    let version = to.cast_signed();
    db.execute("UPDATE scrip_schema SET version = $1", &[&version])
        .await?;
    tracing::info!(from = found, to, "the ledger's schema went forward");
    Ok(())
}

use std::path::Path;

use rusqlite::Connection;

use crate::OpenError;

/// `SCRP`: what says that a SQLite file is a ledger.
const APPLICATION_ID: i32 = 0x5343_5250;

/// In their order; a file's version is how many of them it has.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_ledger.sql"),
    include_str!("../migrations/0002_lease.sql"),
    include_str!("../migrations/0003_discord.sql"),
    include_str!("../migrations/0004_game.sql"),
];

/// The schema that this program writes.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings a file to the newest schema. A file that has an older one is copied first, beside itself.
pub(crate) fn migrate(db: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let version = version(db)?;
    check(db, path, version)?;
    if version == SCHEMA_VERSION {
        return Ok(());
    }
    if version > 0 {
        snapshot(db, path, version)?;
    }
    let missing = MIGRATIONS.iter().skip(version as usize);
    let doing = OpenError::sql("could not migrate the ledger");
    let tx = db.transaction().map_err(&doing)?;
    for migration in missing {
        tx.execute_batch(migration).map_err(&doing)?;
    }
    tx.pragma_update(None, "user_version", SCHEMA_VERSION)
        .map_err(&doing)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(&doing)?;
    tx.commit().map_err(&doing)
}

pub(crate) fn version(db: &Connection) -> Result<u32, OpenError> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(OpenError::sql("could not read the ledger's version"))
}

fn check(db: &Connection, path: &Path, version: u32) -> Result<(), OpenError> {
    let doing = OpenError::sql("could not read the ledger");
    let application: i32 = db
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(&doing)?;
    let tables: i64 = db
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
        .map_err(&doing)?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(OpenError::NotALedger {
            path: path.to_owned(),
        });
    }
    if version > SCHEMA_VERSION {
        return Err(OpenError::Newer {
            found: version,
            known: SCHEMA_VERSION,
        });
    }
    Ok(())
}

fn snapshot(db: &Connection, path: &Path, version: u32) -> Result<(), OpenError> {
    let copy = path.with_extension(format!("before-v{}.db", version.saturating_add(1)));
    if copy.exists() {
        return Ok(());
    }
    db.execute("VACUUM INTO ?1", [copy.to_string_lossy()])
        .map_err(OpenError::sql(
            "could not copy the ledger before its migration",
        ))?;
    tracing::info!(copy = %copy.display(), "the ledger was copied before its migration");
    Ok(())
}

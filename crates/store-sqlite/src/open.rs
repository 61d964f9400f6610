use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

/// Where a ledger is and how it is held.
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) path: PathBuf,
    pub(crate) readers: usize,
    /// After how many transfers balances are written behind.
    pub(crate) snapshot_after: u64,
}

impl Options {
    /// A ledger in this file, which is made if it is not there. The files beside it have the same name with other endings.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            readers: 4,
            snapshot_after: 262_144,
        }
    }

    /// How many reads run at once.
    #[must_use]
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// After how many transfers balances are written behind: fewer make recovery shorter, more make writing faster.
    #[must_use]
    pub fn snapshot_after(mut self, transfers: u64) -> Self {
        self.snapshot_after = transfers.max(1);
        self
    }
}

/// Why a ledger cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the ledger is in use by another process{}", .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Locked { pid: Option<u32> },
    #[error(
        "the ledger has schema version {found}, this program knows {known}: use a newer program"
    )]
    Newer { found: u32, known: u32 },
    #[error("{} is not a scrip ledger", .path.display())]
    NotALedger { path: PathBuf },
    #[error("the ledger is damaged: {what}")]
    Damaged { what: String },
    #[error("{doing}: {}", .path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{doing}")]
    Sql {
        doing: &'static str,
        source: rusqlite::Error,
    },
}

impl OpenError {
    pub(crate) fn sql(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |source| OpenError::Sql { doing, source }
    }
}

/// The file of recent keys, which can be rebuilt from the ledger.
pub(crate) fn index_path(ledger: &Path) -> PathBuf {
    ledger.with_extension("keys.db")
}

/// A connection that writes: the log is synced at each commit, and moved into the file by another connection.
pub(crate) fn writing(
    path: &Path,
    synchronous: &str,
    cache_kib: u32,
) -> rusqlite::Result<Connection> {
    let db = Connection::open(path)?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", synchronous)?;
    db.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    db.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "foreign_keys", true)?;
    // Without this, statements are planned again for each new parameter.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.busy_timeout(std::time::Duration::from_secs(10))?;
    db.set_prepared_statement_cache_capacity(256);
    Ok(db)
}

/// A connection that cannot write.
pub(crate) fn reading(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.pragma_update(None, "cache_size", -8_192)?;
    // Without this, statements are planned again for each new parameter.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.busy_timeout(std::time::Duration::from_secs(10))?;
    db.set_prepared_statement_cache_capacity(128);
    Ok(db)
}

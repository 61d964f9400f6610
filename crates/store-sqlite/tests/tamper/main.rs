//! Raw SQL against a ledger: what the schema stops, and what the audit finds when nothing stops it.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod audit;
mod game;
mod migrations;
mod million;
mod schema;

use std::{path::PathBuf, sync::Arc};

use app::{Clock, ManualClock, Store};
use rusqlite::Connection;
use store_sqlite::{Options, SqliteStore};
use tempfile::TempDir;
use testkit::{
    lived_in::{NEW_YEAR_MS, live},
    world::World,
};

/// A closed ledger with many rows of each kind.
struct Ledger {
    folder: TempDir,
}

impl Ledger {
    async fn lived_in() -> Self {
        let ledger = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let clock = Arc::new(ManualClock::at(NEW_YEAR_MS));
        let options = Options::at(ledger.path()).snapshot_after(20);
        let store = SqliteStore::open(options, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let world = World::new(
            Arc::clone(&store) as Arc<dyn Store>,
            Arc::clone(&clock) as Arc<dyn Clock>,
        )
        .await;
        live(&world, &clock).await;
        world.audited().await;
        store.close().await.unwrap();
        ledger
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    /// Takes away triggers and constraints but uniqueness.
    fn unprotect(db: &Connection) {
        db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            .unwrap();
        let mut list = db
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap();
        let triggers: Vec<String> = list
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        drop(list);
        for trigger in triggers {
            db.execute_batch(&format!("DROP TRIGGER {trigger}"))
                .unwrap();
        }
    }

    /// A copy of the file as a connection that nothing protects against: no triggers, no constraints but uniqueness.
    fn bare_copy(&self, name: &str) -> (PathBuf, Connection) {
        let copy = self.folder.path().join(format!("{name}.db"));
        std::fs::copy(self.path(), &copy).unwrap();
        let db = Connection::open(&copy).unwrap();
        Self::unprotect(&db);
        (copy, db)
    }
}

//! A fresh ledger for a test, in the store that the environment chooses, so that the same test says that both do the same.

use std::sync::Arc;

use app::{Clock, Store};
use store_postgres::PostgresStore;
use store_sqlite::SqliteStore;
use tempfile::TempDir;

use crate::postgres::Database;

/// `sqlite`, as without it, or `postgres`.
pub const STORE: &str = "SCRIP_TEST_STORE";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    Sqlite,
    Postgres,
}

impl StoreKind {
    /// # Panics
    /// When the environment asks for a store that there is not: a test that ran on another one would say nothing.
    pub fn chosen() -> Self {
        match std::env::var(STORE).as_deref() {
            Err(_) | Ok("" | "sqlite") => Self::Sqlite,
            Ok("postgres") => Self::Postgres,
            Ok(other) => panic!("{STORE}={other}: there are sqlite and postgres"),
        }
    }
}

/// For a program that opens its ledger itself: the database that its configuration names, or none for a SQLite file. Blocks.
///
/// # Panics
/// When there is no server, in words that say what is missing.
pub fn database_for_tests() -> Option<Database> {
    match StoreKind::chosen() {
        StoreKind::Sqlite => None,
        StoreKind::Postgres => {
            Some(Database::fresh_blocking().unwrap_or_else(|error| panic!("{error}")))
        }
    }
}

/// Gone when it is dropped.
#[derive(Debug)]
pub struct TestLedger {
    // Before what it lies in.
    pub store: Arc<dyn Store>,
    _place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(#[expect(dead_code, reason = "held until the ledger is dropped")] TempDir),
    Database(#[expect(dead_code, reason = "held until the ledger is dropped")] Database),
}

/// # Panics
/// When there is no place for one, in words that say what is missing.
pub async fn ledger_for_tests(clock: Arc<dyn Clock>) -> TestLedger {
    match StoreKind::chosen() {
        StoreKind::Sqlite => sqlite(clock),
        StoreKind::Postgres => postgres(clock).await,
    }
}

fn sqlite(clock: Arc<dyn Clock>) -> TestLedger {
    let folder = TempDir::new().expect("a temporary folder");
    let options = store_sqlite::Options::at(folder.path().join("ledger.db"));
    TestLedger {
        store: SqliteStore::open(options, clock).expect("a new ledger opens"),
        _place: Place::Folder(folder),
    }
}

async fn postgres(clock: Arc<dyn Clock>) -> TestLedger {
    let database = Database::fresh().await;
    let database = database.unwrap_or_else(|error| panic!("{error}"));
    let options = store_postgres::Options::at(database.url());
    let store = PostgresStore::open(options, clock).await;
    TestLedger {
        store: store.unwrap_or_else(|error| panic!("{error}")),
        _place: Place::Database(database),
    }
}

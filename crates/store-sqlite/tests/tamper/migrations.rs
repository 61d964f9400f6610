//! Migrations go forward, from each version with its sample rows; `schema.sql` is what they give.
//!
//! `SCRIP_BLESS=1` writes `schema.sql` and the newest version's sample rows anew.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use app::{Clock, Store, SystemClock};
use rusqlite::Connection;
use store_sqlite::{OpenError, Options, SCHEMA_VERSION, SqliteStore};
use testkit::world::World;

use super::Ledger;

const APPLICATION_ID: i32 = 0x5343_5250;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")
}

/// The migrations in their order, each with its sample rows beside it.
fn migrations() -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder()).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| !file.to_string_lossy().contains(".sample."));
    files.sort();
    files
}

fn open(path: &Path) -> Result<Arc<SqliteStore>, OpenError> {
    SqliteStore::open(Options::at(path), Arc::new(SystemClock))
}

#[tokio::test]
async fn the_schema_is_what_the_migrations_give() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    open(&path).unwrap().close().await.unwrap();
    let db = Connection::open(&path).unwrap();
    let list = "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'view', type = 'trigger', type = 'index', name";
    let mut list = db.prepare(list).unwrap();
    let schema: Vec<String> = list
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.sql");
    let given = schema.join("\n\n") + "\n";
    if std::env::var_os("SCRIP_BLESS").is_some() {
        std::fs::write(&golden, &given).unwrap();
    }
    assert_eq!(given, std::fs::read_to_string(golden).unwrap());
}

#[tokio::test]
async fn every_version_with_its_sample_rows_goes_forward() {
    if std::env::var_os("SCRIP_BLESS").is_some() {
        bless().await;
    }
    let migrations = migrations();
    assert_eq!(migrations.len(), SCHEMA_VERSION as usize);
    for (number, migration) in (1_u32..).zip(&migrations) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let db = Connection::open(&path).unwrap();
        for earlier in &migrations[..number as usize] {
            db.execute_batch(&std::fs::read_to_string(earlier).unwrap())
                .unwrap();
        }
        let sample = migration.with_extension("sample.sql");
        db.execute_batch(&std::fs::read_to_string(sample).unwrap())
            .unwrap();
        db.pragma_update(None, "user_version", number).unwrap();
        db.pragma_update(None, "application_id", APPLICATION_ID)
            .unwrap();
        drop(db);
        goes_on(&path, number).await;
    }
}

/// The ledger opens, is sound, has history, and takes more.
async fn goes_on(path: &Path, from: u32) {
    let store = open(path).unwrap();
    let world = World::new(Arc::clone(&store) as Arc<dyn Store>, Arc::new(SystemClock)).await;
    assert!(world.audited().await.transfers > 100);
    let group = world.group("after").await;
    let currency = world.currency(&group, "after", 0).await;
    let person = world.person(77).await;
    world.give(person, &currency, 5).await;
    assert_eq!(world.balance(person, &currency).await, 5);
    world.audited().await;
    store.close().await.unwrap();
    let copy = path.with_extension(format!("before-v{}.db", from + 1));
    assert_eq!(copy.exists(), from < SCHEMA_VERSION, "{}", copy.display());
}

/// The rows of a ledger that was lived in, as statements.
async fn bless() {
    let ledger = Ledger::lived_in().await;
    let db = Connection::open(ledger.path()).unwrap();
    let mut tables = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
        .unwrap();
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut sample = String::from(
        "-- Rows of a small ledger in this version, with some of each kind.\nPRAGMA foreign_keys = OFF;\nDELETE FROM memo;\n",
    );
    for table in &tables {
        rows_of(&db, table, &mut sample);
    }
    let newest = migrations().last().unwrap().with_extension("sample.sql");
    std::fs::write(newest, sample).unwrap();
}

fn rows_of(db: &Connection, table: &str, sample: &mut String) {
    let columns = db
        .prepare(&format!("SELECT * FROM {table}"))
        .unwrap()
        .column_names()
        .map(|name| format!("quote({name})"))
        .collect::<Vec<_>>()
        .join(" || ', ' || ");
    let mut list = db
        .prepare(&format!("SELECT {columns} FROM {table}"))
        .unwrap();
    let rows = list.query_map([], |row| row.get::<_, String>(0)).unwrap();
    for row in rows.map(Result::unwrap) {
        sample.push_str(&format!("INSERT OR IGNORE INTO {table} VALUES ({row});\n"));
    }
}

#[tokio::test]
async fn what_is_newer_or_no_ledger_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    open(&path).unwrap().close().await.unwrap();
    let db = Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", SCHEMA_VERSION + 1)
        .unwrap();
    drop(db);
    let before = std::fs::read(&path).unwrap();
    assert!(
        matches!(open(&path), Err(OpenError::Newer { found, .. }) if found == SCHEMA_VERSION + 1)
    );
    assert_eq!(before, std::fs::read(&path).unwrap());

    let other = folder.path().join("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE photo (id INTEGER)")
        .unwrap();
    assert!(matches!(open(&other), Err(OpenError::NotALedger { .. })));

    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "this is no database, and it is long enough to be looked at as one",
    )
    .unwrap();
    assert!(open(&text).is_err());
}

#[tokio::test]
async fn a_second_owner_hears_who_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let first = open(&path).unwrap();
    let refused = open(&path);
    assert!(matches!(refused, Err(OpenError::Locked { pid }) if pid == Some(std::process::id())));
    first.close().await.unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    SqliteStore::open(Options::at(&path), clock)
        .unwrap()
        .close()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_store_that_is_dropped_has_written_everything_before_it_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    for round in 1..=20 {
        let store = open(&path).unwrap();
        let world = World::new(store as Arc<dyn Store>, Arc::new(SystemClock)).await;
        let group = world.group(&format!("group {round}")).await;
        let currency = world.currency(&group, "coin", 0).await;
        let person = world.person(77).await;
        world.give(person, &currency, round).await;
        drop(world);
        // Nobody holds the file any more, and nothing is left to be written behind.
        let db = Connection::open(&path).unwrap();
        let behind = "SELECT count(*) FROM transfer WHERE id > (SELECT transfer FROM mark WHERE name = 'snapshot')";
        let behind: i64 = db.query_row(behind, [], |row| row.get(0)).unwrap();
        assert_eq!(behind, 0, "round {round}");
    }
}

//! Migrations go forward, from each version with its sample rows; `schema.sql` is what they give.
//!
//! `SCRIP_BLESS=1` writes `schema.sql` and the newest version's sample rows anew.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod sample;
mod schema;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::{Store, SystemClock};
use economy::Transfer;
use store_postgres::{OpenError, Options, PostgresStore, SCHEMA_VERSION};
use testkit::{
    postgres::Database,
    world::{World, amount},
};
use tokio::task::JoinSet;
use tokio_postgres::Client;

/// The migrations in their order, each with its sample rows beside it.
fn migrations() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| !file.to_string_lossy().contains(".sample."));
    files.sort();
    files
}

fn blessing() -> bool {
    std::env::var_os("SCRIP_BLESS").is_some()
}

async fn open(url: String) -> Result<Arc<PostgresStore>, OpenError> {
    PostgresStore::open(Options::at(url), Arc::new(SystemClock)).await
}

/// A new ledger that nobody has open.
async fn new_ledger() -> (Database, Client) {
    let database = Database::fresh().await.unwrap();
    open(database.url()).await.unwrap().close().await.unwrap();
    let db = database.connect().await.unwrap();
    (database, db)
}

#[tokio::test]
async fn the_schema_is_what_the_migrations_give() {
    let (_database, db) = new_ledger().await;
    let given = schema::text(&db).await;
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.sql");
    if blessing() {
        std::fs::write(&golden, &given).unwrap();
    }
    let golden = std::fs::read_to_string(golden).unwrap();
    assert_eq!(given, golden);

    // And it can be read by a server, not only by people.
    let copy = Database::fresh().await.unwrap();
    let copy = copy.connect().await.unwrap();
    copy.batch_execute(&golden).await.unwrap();
    assert_eq!(schema::text(&copy).await, golden);
}

#[tokio::test]
async fn every_version_with_its_sample_rows_goes_forward() {
    if blessing() {
        let newest = migrations().last().unwrap().with_extension("sample.sql");
        std::fs::write(newest, sample::lived_in().await).unwrap();
    }
    let migrations = migrations();
    assert_eq!(migrations.len(), SCHEMA_VERSION as usize);
    for number in 1..=migrations.len() {
        let database = Database::fresh().await.unwrap();
        let db = database.connect().await.unwrap();
        version_of_then(&db, &migrations[..number]).await;
        let before = rows(&db).await;
        let store = open(database.url()).await.unwrap();
        assert_eq!(rows_like(&db, &before).await, before, "of version {number}");
        goes_on(store).await;
        let version = "SELECT version FROM scrip_schema";
        let version: i32 = db.query_one(version, &[]).await.unwrap().get(0);
        assert_eq!(version.unsigned_abs(), SCHEMA_VERSION);
    }
}

/// A database as the last of the migrations left it, with that version's sample rows.
async fn version_of_then(db: &Client, migrations: &[PathBuf]) {
    let version = migrations.len();
    let made = format!(
        "CREATE TABLE scrip_schema (version integer NOT NULL); INSERT INTO scrip_schema VALUES ({version})"
    );
    db.batch_execute(&made).await.unwrap();
    let sample = migrations[version - 1].with_extension("sample.sql");
    for file in migrations.iter().chain([&sample]) {
        let statements = std::fs::read_to_string(file).unwrap();
        let done = db.batch_execute(&statements).await;
        done.unwrap_or_else(|error| panic!("{}: {error:?}", file.display()));
    }
}

/// The rows of each table, by a query that gives the same columns of a later version. Who numbers ids now is no history.
async fn rows(db: &Client) -> BTreeMap<String, Vec<String>> {
    let queries = "SELECT format('SELECT row(%s)::text AS words FROM %I ORDER BY words', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), t.relname)
        FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0
        WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND t.relname NOT IN ('node', 'scrip_schema') GROUP BY t.relname";
    let queries = db.query(queries, &[]).await.unwrap();
    let queries = queries.iter().map(|row| (row.get(0), Vec::new())).collect();
    rows_like(db, &queries).await
}

/// What the same queries give now.
async fn rows_like(
    db: &Client,
    queries: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for query in queries.keys() {
        let rows = db.query(query, &[]).await.unwrap();
        let rows = rows.iter().map(|row| row.get(0)).collect();
        found.insert(query.clone(), rows);
    }
    found
}

/// The ledger is sound, has history, and takes more: of the money that was there, and new money.
async fn goes_on(store: Arc<PostgresStore>) {
    let world = World::new(Arc::clone(&store) as Arc<dyn Store>, Arc::new(SystemClock)).await;
    assert!(world.audited().await.transfers > 100);
    let currencies = world.store().currencies().await.unwrap();
    let tea = currencies.iter().find(|c| c.name.as_str() == "tea");
    let tea = tea.expect("the sample rows have tea");
    let [alice, bob] = world.people().await;
    let (had, has) = (
        world.balance(alice, tea).await,
        world.balance(bob, tea).await,
    );
    let payment = Transfer {
        from: alice,
        to: bob,
        currency: tea.id,
        amount: amount(7),
    };
    world.done(payment).await;
    assert_eq!(world.balance(alice, tea).await, had - 7);
    assert_eq!(world.balance(bob, tea).await, has + 7);

    let group = world.group("after").await;
    let currency = world.currency(&group, "after", 0).await;
    let person = world.person(77).await;
    world.give(person, &currency, 5).await;
    assert_eq!(world.balance(person, &currency).await, 5);
    world.audited().await;
    store.close().await.unwrap();
}

#[tokio::test]
async fn what_is_newer_or_no_ledger_is_refused_untouched() {
    let (database, db) = new_ledger().await;
    db.batch_execute(
        "UPDATE scrip_schema SET version = version + 1; ALTER TABLE memo ADD COLUMN later bigint",
    )
    .await
    .unwrap();
    let check = async |database: &Database, options: Options, expect: fn(&OpenError) -> bool| {
        let db = database.connect().await.unwrap();
        let before = (schema::text(&db).await, rows(&db).await);
        let refused = PostgresStore::open(options, Arc::new(SystemClock)).await;
        let refused = refused.expect_err("it is not opened");
        assert!(expect(&refused), "{refused}");
        assert_eq!(before, (schema::text(&db).await, rows(&db).await));
    };
    let newer = |error: &OpenError| matches!(error, OpenError::Newer { found, known, .. } if (*found, *known) == (SCHEMA_VERSION + 1, SCHEMA_VERSION));
    check(&database, Options::at(database.url()), newer).await;

    let other = Database::fresh().await.unwrap();
    let no_ledger = |error: &OpenError| matches!(error, OpenError::NotALedger { .. });
    let empty = |error: &OpenError| matches!(error, OpenError::Empty { .. });
    check(&other, Options::at(other.url()).only_existing(), empty).await;
    let db = other.connect().await.unwrap();
    db.batch_execute("CREATE TABLE photo (id integer)")
        .await
        .unwrap();
    check(&other, Options::at(other.url()), no_ledger).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_at_once_make_one_ledger() {
    for _ in 0..3 {
        let database = Database::fresh().await.unwrap();
        let mut opening = JoinSet::new();
        for _ in 0..3 {
            opening.spawn(open(database.url()));
        }
        let stores = opening.join_all().await;
        let stores: Vec<_> = stores.into_iter().map(Result::unwrap).collect();
        for (user, store) in (1..).zip(&stores) {
            let store = Arc::clone(store) as Arc<dyn Store>;
            let world = World::new(store, Arc::new(SystemClock)).await;
            let group = world.group(&format!("kitchen {user}")).await;
            let tea = world.currency(&group, "tea", 0).await;
            let person = world.person(user).await;
            world.give(person, &tea, 5).await;
            assert_eq!(world.balance(person, &tea).await, 5);
            world.audited().await;
        }
        let db = database.connect().await.unwrap();
        let numbers = "SELECT count(*) FROM node WHERE leased_until > now()";
        let numbers: i64 = db.query_one(numbers, &[]).await.unwrap().get(0);
        assert_eq!(numbers, 3, "each numbers its ids with its own");
        for store in stores {
            store.close().await.unwrap();
        }
    }
}

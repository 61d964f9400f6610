//! The rows of a ledger that was lived in, as statements.

use std::{collections::BTreeSet, sync::Arc};

use app::{Clock, ManualClock, Store};
use store_postgres::{Options, PostgresStore};
use testkit::{
    lived_in::{NEW_YEAR_MS, live},
    postgres::Database,
    world::World,
};
use tokio_postgres::Client;

/// Which table refers to which others; what is deferred to the transaction's end may come in any order.
const REFERENCES: &str = "
    SELECT t.relname::text, coalesce(array_agg(DISTINCT r.relname::text) FILTER (WHERE r.relname IS NOT NULL), '{}')
    FROM pg_class t LEFT JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f' AND NOT k.condeferred
        LEFT JOIN pg_class r ON r.oid = k.confrelid AND r.oid <> t.oid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND t.relname <> 'scrip_schema' GROUP BY t.relname ORDER BY 1";

/// A row as it stands between the parentheses of VALUES, for a table that is named by `$1`.
const ROW: &str = "
    SELECT string_agg(format(CASE WHEN t.typcategory IN ('N', 'B') THEN 'coalesce(%I::text, ''NULL'')' ELSE 'quote_nullable(%I::text)' END, a.attname),
        ' || '', '' || ' ORDER BY a.attnum)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped";

pub async fn lived_in() -> String {
    let database = Database::fresh().await.unwrap();
    let clock = Arc::new(ManualClock::at(NEW_YEAR_MS));
    let options = Options::at(database.url());
    let store = PostgresStore::open(options, Arc::clone(&clock) as Arc<dyn Clock>);
    let store = store.await.unwrap();
    let world = World::new(
        Arc::clone(&store) as Arc<dyn Store>,
        Arc::clone(&clock) as Arc<dyn Clock>,
    )
    .await;
    live(&world, &clock).await;
    world.audited().await;
    store.close().await.unwrap();

    let db = database.connect().await.unwrap();
    // The database's clock is not the test's: a later run must not find the number taken.
    db.batch_execute("SET timezone = 'UTC'; UPDATE node SET leased_until = '2026-01-12T00:00:00Z'")
        .await
        .unwrap();
    // The migrations themselves make an origin, its site and the journal's row.
    let mut sample = String::from(
        "-- Rows of a small ledger in this version, with some of each kind.\nBEGIN;\nDELETE FROM journal;\n",
    );
    for table in tables(&db).await {
        rows_of(&db, &table, &mut sample).await;
    }
    sample + "COMMIT;\n"
}

/// So that each stands after those that it refers to.
async fn tables(db: &Client) -> Vec<String> {
    let rows = db.query(REFERENCES, &[]).await.unwrap();
    let mut left: Vec<(String, BTreeSet<String>)> = rows
        .iter()
        .map(|row| {
            let refers: Vec<String> = row.get(1);
            (row.get(0), refers.into_iter().collect())
        })
        .collect();
    let mut tables: Vec<String> = Vec::new();
    while !left.is_empty() {
        let next = left
            .iter()
            .position(|(_, refers)| refers.iter().all(|table| tables.contains(table)));
        let next = next.expect("references that go around in a circle are deferred");
        tables.push(left.remove(next).0);
    }
    tables
}

async fn rows_of(db: &Client, table: &str, sample: &mut String) {
    let row: String = db.query_one(ROW, &[&table]).await.unwrap().get(0);
    let rows = db
        .query(&format!("SELECT {row} FROM {table} ORDER BY {table}"), &[])
        .await
        .unwrap();
    if rows.is_empty() {
        return;
    }
    let rows: Vec<String> = rows
        .iter()
        .map(|row| format!("({})", row.get::<_, &str>(0)))
        .collect();
    let rows = rows.join(",\n");
    sample.push_str(&format!(
        "INSERT INTO {table} VALUES\n{rows}\nON CONFLICT DO NOTHING;\n"
    ));
}

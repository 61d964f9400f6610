//! The rules of the shard key, read from the catalogue: what would not hold on a server that spreads the tables is not made on one that does
//! not.

use std::sync::Arc;

use app::{Store, SystemClock};
use store_postgres::{Options, PostgresStore};
use testkit::postgres::Database;
use tokio_postgres::Client;

/// Spread by `shard_key`, which is the first column of each of their keys.
const LEDGER: [&str; 9] = [
    "account",
    "detail",
    "flow",
    "hold",
    "journal",
    "note",
    "origin_head",
    "reaction",
    "transfer",
];
/// Small, and the same everywhere: every table may refer to them.
const REFERENCE: [&str; 10] = [
    "api_key",
    "code_line",
    "code_lookup",
    "currency",
    "currency_group",
    "emoji",
    "guild",
    "guild_group",
    "origin",
    "rate",
];
/// Who there is, what is to be done, and what is owed and bought on a chain: no money, so that nothing of the ledger refers to them.
const DIRECTORY: [&str; 22] = [
    "chain_batch",
    "chain_batch_reward",
    "chain_cursor",
    "change_log",
    "currency_picture",
    "deposit",
    "follower",
    "game_run",
    "holder",
    "identity",
    "job",
    "lease",
    "member",
    "memo",
    "node",
    "player",
    "purchase",
    "reward",
    "sbt_index",
    "scrip_schema",
    "stars_payment",
    "webhook",
];

async fn catalogue() -> (Database, Client) {
    let database = Database::fresh().await.expect("a database");
    let store = PostgresStore::open(Options::at(database.url()), Arc::new(SystemClock));
    let store = store.await.expect("the ledger opens");
    store.close().await.expect("it closes");
    let client = database.connect().await.expect("the server answers");
    (database, client)
}

async fn names(client: &Client, sql: &str) -> Vec<Vec<String>> {
    let rows = client.query(sql, &[]).await.expect("the catalogue answers");
    rows.iter()
        .map(|row| (0..row.len()).map(|column| row.get(column)).collect())
        .collect()
}

#[tokio::test]
async fn every_table_is_of_one_kind() {
    let (_database, client) = catalogue().await;
    let tables = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1";
    let found: Vec<String> = names(&client, tables).await.concat();
    let mut known: Vec<&str> = [&LEDGER[..], &REFERENCE, &DIRECTORY].concat();
    known.sort_unstable();
    assert_eq!(found, known);
}

#[tokio::test]
async fn the_shard_key_is_the_first_column_of_every_key() {
    let (_database, client) = catalogue().await;
    let keys = "SELECT t.relname::text, i.relname::text, a.attname::text FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid
        JOIN pg_class i ON i.oid = x.indexrelid LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
        WHERE t.relnamespace = 'public'::regnamespace AND (x.indisunique OR x.indisprimary OR x.indisexclusion) ORDER BY 1, 2";
    let keys = names(&client, keys).await;
    for table in LEDGER {
        let of_table: Vec<_> = keys.iter().filter(|key| key[0] == table).collect();
        assert!(!of_table.is_empty(), "{table} has a primary key");
        for key in of_table {
            assert_eq!(key[2], "shard_key", "{} of {table}", key[1]);
        }
    }
    for key in keys.iter().filter(|key| !LEDGER.contains(&key[0].as_str())) {
        assert_ne!(key[2], "shard_key", "{} is no ledger table", key[0]);
    }
}

#[tokio::test]
async fn foreign_keys_stay_on_their_shard() {
    let (_database, client) = catalogue().await;
    let keys = "SELECT t.relname::text, r.relname::text, c.conname::text,
            (SELECT string_agg(a.attname::text, ',' ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY k (number, place)
                JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number),
            (SELECT string_agg(a.attname::text, ',' ORDER BY k.place) FROM unnest(c.confkey) WITH ORDINALITY k (number, place)
                JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.number)
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
        WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace";
    let keys = names(&client, keys).await;
    assert!(keys.len() > 20, "the schema has its foreign keys: {keys:?}");
    for key in keys {
        let [from, to, name, columns, refers] = &key[..] else {
            panic!("five columns")
        };
        let (from_ledger, to_ledger) = (
            LEDGER.contains(&from.as_str()),
            LEDGER.contains(&to.as_str()),
        );
        if from_ledger && to_ledger {
            assert!(columns.starts_with("shard_key,"), "{name}: {columns}");
            assert!(refers.starts_with("shard_key,"), "{name}: {refers}");
        } else if from_ledger {
            assert!(REFERENCE.contains(&to.as_str()), "{name}: {from} to {to}");
        } else {
            assert!(!to_ledger, "{name}: {from} to {to}");
        }
    }
}

#[tokio::test]
async fn nothing_counts_for_all_nodes() {
    let (_database, client) = catalogue().await;
    let sequences = "SELECT relname::text FROM pg_class WHERE relkind = 'S'";
    assert_eq!(names(&client, sequences).await, Vec::<Vec<String>>::new());
    let generated =
        "SELECT a.attname::text FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
        WHERE t.relnamespace = 'public'::regnamespace AND a.attidentity <> ''";
    assert_eq!(names(&client, generated).await, Vec::<Vec<String>>::new());
}

//! The whole ledger in one file, and back.

mod container;
mod restore;

use std::path::Path;

use bytes::Bytes;
use deadpool_postgres::{ClientWrapper, Transaction};
use futures_util::{StreamExt, pin_mut};
use tokio_postgres::IsolationLevel;

pub use container::is_backup;
pub use restore::{RestoreError, check, restore, verify};

use crate::{
    SCHEMA_VERSION,
    client::GenericClient,
    connect::Connector,
    error::{Sql, SqlError},
};
use container::{BLOCK, Manifest, Table, Writing};

/// What a backup has, in the order in which foreign keys want it, each with what it leaves out: rows that the schema itself brings.
const TABLES: &[(&str, &str)] = &[
    ("code_lookup", "WHERE id <> 0"),
    ("origin", "WHERE id <> 0"),
    ("code_line", ""),
    ("currency_group", ""),
    ("currency", ""),
    ("currency_picture", ""),
    ("rate", ""),
    ("holder", ""),
    ("identity", ""),
    ("journal", ""),
    ("account", ""),
    ("transfer", ""),
    ("detail", ""),
    ("origin_head", ""),
    ("flow", ""),
    ("note", ""),
    ("hold", ""),
    ("reaction", ""),
    ("player", ""),
    ("game_run", ""),
    ("chain_batch", ""),
    ("deposit", ""),
    ("reward", ""),
    ("chain_batch_reward", ""),
    ("sbt_index", ""),
    ("stars_payment", ""),
    ("purchase", ""),
    ("chain_cursor", ""),
    ("change_log", ""),
    ("guild", ""),
    ("guild_group", ""),
    ("emoji", ""),
    ("member", ""),
    ("api_key", ""),
    ("webhook", ""),
    ("job", ""),
    ("follower", ""),
    ("memo", ""),
];

/// What belongs to the processes that have the database open, and to the schema.
const LEFT_OUT: &[&str] = &["node", "lease", "scrip_schema"];

/// Nothing that runs as long as a backup or an audit may be cut short, and nothing waits for a lock.
const LONG: &str = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = 0";

/// Copies the ledger as it is at one moment, while it is in use, into a file that has its name only when it is whole and on the disk.
pub(crate) async fn backup(connector: &Connector, to: &Path) -> Sql<()> {
    let (client, task) = connector.connect().await?;
    let mut db = ClientWrapper::new(client, task);
    let snapshot = db
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    snapshot.batch_execute(LONG).await?;
    let manifest = manifest(&snapshot).await?;
    let mut file = Writing::begin(to.to_owned(), &manifest);
    for (table, (_, rows)) in manifest.tables.iter().zip(TABLES) {
        if let Err(error) = copy_out(&snapshot, table, rows, &mut file).await {
            // A full disk ends the file first, and says more than that nobody takes its bytes.
            return Err(file.give_up().await.err().map_or(error, SqlError::File));
        }
    }
    file.finish().await.map_err(SqlError::File)?;
    Ok(snapshot.commit().await?)
}

async fn manifest(db: &impl GenericClient) -> Sql<Manifest> {
    let head = "SELECT sequence, encode(chain, 'hex') FROM journal WHERE shard_key = 0";
    let head = db.query_one(head, &[]).await?;
    let columns = db
        .query(
            "SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
             GROUP BY c.relname",
            &[],
        )
        .await?;
    let mut found: Vec<Table> = columns
        .iter()
        .map(|row| Table {
            name: row.get(0),
            columns: row.get(1),
        })
        .filter(|table| !LEFT_OUT.contains(&table.name.as_str()))
        .collect();
    let place = |table: &Table| TABLES.iter().position(|(name, _)| *name == table.name);
    if let Some(unknown) = found.iter().find(|table| place(table).is_none()) {
        let what = format!("table {} is no part of a ledger", unknown.name);
        return Err(SqlError::Damaged(what));
    }
    found.sort_by_key(place);
    if found.len() != TABLES.len() {
        return Err(SqlError::Damaged("a table of the ledger is missing".into()));
    }
    Ok(Manifest {
        program: env!("CARGO_PKG_VERSION").into(),
        schema_version: SCHEMA_VERSION,
        sequence: head.get(0),
        head: head.get(1),
        tables: found,
    })
}

async fn copy_out(db: &Transaction<'_>, table: &Table, rows: &str, file: &mut Writing) -> Sql<()> {
    let (name, columns) = (&table.name, table.columns.join(", "));
    let sql = format!("COPY (SELECT {columns} FROM {name} {rows}) TO STDOUT (FORMAT binary)");
    let stream = db.copy_out(&sql).await?;
    pin_mut!(stream);
    // The server sends each row by itself.
    let mut block = Vec::with_capacity(BLOCK);
    while let Some(piece) = stream.next().await {
        let piece: Bytes = piece?;
        if block.len() + piece.len() > BLOCK && !block.is_empty() {
            file.block(std::mem::replace(&mut block, Vec::with_capacity(BLOCK)))
                .await?;
        }
        block.extend_from_slice(&piece);
    }
    file.block(block).await?;
    file.table_end().await
}

use std::sync::Arc;

use app::{Store, SystemClock};
use store_postgres::{Options, PostgresStore};
use testkit::postgres::Database;
use tokio_postgres::{Client, Row};

use crate::{Only, Schema};

/// A new ledger on a server.
pub struct Place {
    db: Client,
    _database: Database,
}

impl Place {
    pub async fn new() -> Self {
        let database = Database::fresh().await.unwrap();
        let store = PostgresStore::open(Options::at(database.url()), Arc::new(SystemClock));
        store.await.unwrap().close().await.unwrap();
        Self {
            db: database.connect().await.unwrap(),
            _database: database,
        }
    }

    /// How the server says a condition on a table's rows: it has one way for each, however it was written.
    pub async fn of_condition(&self, table: &str, condition: &str) -> String {
        let probe = format!(
            "DROP TABLE IF EXISTS probe; CREATE TEMP TABLE probe (LIKE public.{table}, CONSTRAINT probed CHECK ({condition}))"
        );
        let probed = self.db.batch_execute(&probe).await;
        probed.unwrap_or_else(|error| panic!("{table}: {condition}: {error:?}"));
        let said = "SELECT pg_get_expr(conbin, conrelid, true) FROM pg_constraint WHERE conname = 'probed'";
        self.db.query_one(said, &[]).await.unwrap().get(0)
    }

    pub async fn read(&self) -> Schema {
        let mut schema = Schema::new(Only::Postgres);
        self.columns(&mut schema).await;
        self.keys(&mut schema).await;
        let checks = "SELECT conrelid::regclass::text, pg_get_expr(conbin, conrelid, true) FROM pg_constraint
            WHERE contype = 'c' AND connamespace = 'public'::regnamespace";
        for row in self.rows(checks).await {
            schema.check(row.get(0), row.get(1));
        }
        let triggers = "SELECT event_object_table::text, event_manipulation::text, action_condition IS NOT NULL
            FROM information_schema.triggers WHERE trigger_schema = 'public'";
        for row in self.rows(triggers).await {
            schema.stopped(row.get(0), row.get(1), row.get(2));
        }
        schema
    }

    async fn rows(&self, sql: &str) -> Vec<Row> {
        self.db.query(sql, &[]).await.unwrap()
    }

    async fn columns(&self, schema: &mut Schema) {
        let columns = "SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable = 'YES', t.table_type = 'VIEW'
            FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) WHERE table_schema = 'public'";
        for row in self.rows(columns).await {
            let (table, column): (&str, &str) = (row.get(0), row.get(1));
            let kind = match row.get::<_, &str>(2) {
                "smallint" | "integer" | "bigint" => "integer",
                "bytea" => "bytes",
                other => other,
            };
            if row.get(4) {
                schema.view(table, column);
            } else {
                schema.column(table, column, kind, row.get(3));
            }
        }
    }

    async fn keys(&self, schema: &mut Schema) {
        let uniques = "SELECT x.indrelid::regclass::text, pg_get_expr(x.indpred, x.indrelid, true),
                (SELECT array_agg(pg_get_indexdef(x.indexrelid, place, true)) FROM generate_series(1, x.indnkeyatts::int) place)
            FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indisunique AND i.relnamespace = 'public'::regnamespace";
        for row in self.rows(uniques).await {
            let columns: Vec<String> = row.get(2);
            schema.unique(row.get(0), &columns, row.get(1));
        }
        let references = "SELECT k.conrelid::regclass::text, k.confrelid::regclass::text,
                (SELECT array_agg(a.attname::text ORDER BY p.place) FROM unnest(k.conkey) WITH ORDINALITY p (number, place)
                    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number),
                (SELECT array_agg(a.attname::text ORDER BY p.place) FROM unnest(k.confkey) WITH ORDINALITY p (number, place)
                    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.number)
            FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace";
        for row in self.rows(references).await {
            let (columns, at): (Vec<String>, Vec<String>) = (row.get(2), row.get(3));
            schema.reference(row.get(0), &columns, row.get(1), &at);
        }
    }
}

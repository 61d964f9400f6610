//! Raw SQL against a ledger: what the schema stops, and what the audit finds when nothing stops it.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod audit;
mod game;
mod pages;
mod schema;

use std::sync::Arc;

use app::{AuditReport, Clock, ManualClock, Store, StoreError};
use store_postgres::{Options, PostgresStore};
use testkit::{
    lived_in::{NEW_YEAR_MS, live},
    postgres::Database,
    world::World,
};
use tokio_postgres::Client;

/// A ledger with many rows of each kind.
struct Ledger {
    store: Arc<PostgresStore>,
    /// A session behind the store's back.
    db: Client,
    _database: Database,
}

impl Ledger {
    async fn lived_in() -> Self {
        Self::with_world().await.0
    }

    async fn with_world() -> (Self, World) {
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
        let ledger = Self {
            store,
            db: database.connect().await.unwrap(),
            _database: database,
        };
        (ledger, world)
    }

    async fn audit(&self) -> Result<AuditReport, StoreError> {
        self.store.audit(Box::new(|_, _| {})).await
    }

    /// Takes away triggers and constraints but uniqueness.
    async fn unprotect(&self) {
        let triggers = "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal";
        let constraints = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
             WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace";
        for list in [triggers, constraints] {
            for statement in self.db.query(list, &[]).await.unwrap() {
                self.db.batch_execute(statement.get(0)).await.unwrap();
            }
        }
    }

    /// The first value of the first row.
    async fn text(&self, query: &str) -> String {
        let row = self.db.query_one(query, &[]).await;
        row.unwrap_or_else(|error| panic!("{query}\n  {}", words(&error)))
            .get(0)
    }
}

/// What the server said.
fn words(error: &tokio_postgres::Error) -> String {
    let said = error.as_db_error().map(|said| said.message().to_owned());
    said.unwrap_or_else(|| error.to_string())
}

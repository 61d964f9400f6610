//! The checks that every store must pass, each over a database of its own.

use std::sync::Arc;

use app::{BoxFuture, Clock, Store};
use store_postgres::{Options, PostgresStore};
use testkit::{conformance::Opener, postgres::Database};

/// A ledger that is gone with the test.
struct Lent(Database);

async fn fresh() -> Lent {
    Lent(Database::fresh().await.expect("a database"))
}

impl Opener for Lent {
    fn open(&self, clock: Arc<dyn Clock>) -> BoxFuture<'_, Arc<dyn Store>> {
        let options = Options::at(self.0.url());
        Box::pin(async move {
            let store = PostgresStore::open(options, clock).await;
            store.expect("the ledger opens") as Arc<dyn Store>
        })
    }
}

testkit::conformance_tests!(fresh().await);

//! The checks that every store must pass, each over a ledger in a folder of its own.

use std::sync::Arc;

use app::{BoxFuture, Clock, Store};
use store_sqlite::{Options, SqliteStore};
use tempfile::TempDir;
use testkit::conformance::Opener;

/// A ledger file that is gone with the test. It is written behind often, so that this is tested too.
struct Folder(TempDir);

fn fresh() -> Folder {
    Folder(tempfile::tempdir().expect("a temporary folder"))
}

impl Opener for Folder {
    fn open(&self, clock: Arc<dyn Clock>) -> BoxFuture<'_, Arc<dyn Store>> {
        let options = Options::at(self.0.path().join("ledger.db")).snapshot_after(50);
        let store = SqliteStore::open(options, clock).expect("the ledger opens");
        Box::pin(async move { store as Arc<dyn Store> })
    }
}

testkit::conformance_tests!(fresh());

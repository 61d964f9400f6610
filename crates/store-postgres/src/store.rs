use std::sync::{Arc, atomic::AtomicU64};

use app::Clock;
use tokio::sync::watch;

use crate::{
    OpenError, Options, SCHEMA_VERSION,
    connect::Connector,
    error::{Sql, SqlError},
    migrate::migrate,
    node::Ids,
    pool::Pool,
};

/// A ledger in PostgreSQL. Other processes may have it open at the same time.
#[derive(Debug)]
pub struct PostgresStore {
    pub(crate) connector: Connector,
    pub(crate) pool: Pool,
    pub(crate) ids: Arc<Ids>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) committed: watch::Receiver<i64>,
    pub(crate) lost_origins: Arc<AtomicU64>,
}

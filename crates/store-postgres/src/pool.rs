//! Connections for readers and for changes; the writer has its own.

use std::time::Duration;

use deadpool::managed::{
    self, Metrics, PoolError, RecycleError, RecycleResult, TimeoutType, Timeouts,
};
use deadpool_postgres::{ClientWrapper, Runtime};

use crate::{
    connect::Connector,
    error::{Sql, SqlError},
};

/// How long somebody waits for a free connection.
const WAIT: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(crate) struct Manager(Connector);

impl managed::Manager for Manager {
    type Type = ClientWrapper;
    type Error = SqlError;

    async fn create(&self) -> Sql<ClientWrapper> {
        let (client, task) = self.0.connect().await?;
        Ok(ClientWrapper::new(client, task))
    }

    async fn recycle(&self, client: &mut ClientWrapper, _: &Metrics) -> RecycleResult<SqlError> {
        if client.is_closed() {
            Err(RecycleError::message("the connection is closed"))
        } else {
            Ok(())
        }
    }
}

/// A borrowed connection, given back when it is dropped.
pub(crate) type Pooled = managed::Object<Manager>;

#[derive(Debug, Clone)]
pub(crate) struct Pool(managed::Pool<Manager>);

impl Pool {
    pub(crate) fn new(connector: Connector, connections: usize) -> Self {
        let timeouts = Timeouts {
            wait: Some(WAIT),
            // Each host has its own deadline already.
            create: None,
            recycle: Some(WAIT),
        };
        let pool = managed::Pool::builder(Manager(connector))
            .max_size(connections)
            .timeouts(timeouts)
            .runtime(Runtime::Tokio1)
            .build();
        Self(pool.expect("a pool with a runtime is always built"))
    }

    pub(crate) async fn get(&self) -> Sql<Pooled> {
        self.0.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(TimeoutType::Wait) => SqlError::Busy,
            PoolError::Timeout(_) => SqlError::Late,
            PoolError::Closed => SqlError::Closed,
            other => SqlError::Unreachable(other.to_string()),
        })
    }

    /// Lets go of all connections that nobody uses now: where one was dead, they all may be, and not know it yet.
    pub(crate) fn forget_idle(&self) {
        self.0.retain(|_, _| false);
    }

    pub(crate) fn close(&self) {
        self.0.close();
    }
}

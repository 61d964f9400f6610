mod game;
mod serve;

use std::sync::{Arc, atomic::AtomicU64};

use crate::client::GenericClient;
use app::Clock;
use deadpool_postgres::ClientWrapper;
use tokio::sync::watch;

use crate::{
    OpenError, Options,
    batch::{Batch, Parts},
    connect::Connector,
    error::{Sql, SqlError},
    migrate::migrate,
    node::Ids,
    pool::Pool,
    read,
    writer::Writer,
};

/// A ledger in PostgreSQL. Other processes may have it open at the same time.
#[derive(Debug)]
pub struct PostgresStore {
    pub(crate) connector: Connector,
    pub(crate) pool: Pool,
    pub(crate) ids: Arc<Ids>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) writer: Writer,
    pub(crate) committed: watch::Receiver<i64>,
    pub(crate) lost_origins: Arc<AtomicU64>,
}

impl PostgresStore {
    /// Opens a ledger, or makes a new one in an empty database: looks whether the server is one that it can work with, brings the schema
    /// forward, leases a number for ids and starts the writer.
    ///
    /// # Errors
    /// [`OpenError`], before anything was changed where that is possible.
    pub async fn open(options: Options, clock: Arc<dyn Clock>) -> Result<Arc<Self>, OpenError> {
        let connector = Connector::new(&options.url).map_err(OpenError::Url)?;
        let place = connector.place();
        let unreachable = |error: SqlError| OpenError::Unreachable {
            place: place.clone(),
            cause: error.words(),
        };
        let failed = |error: SqlError| OpenError::Failed {
            doing: "could not open the ledger",
            cause: error.words(),
        };
        let (client, task) = connector.connect().await.map_err(unreachable)?;
        let mut db = ClientWrapper::new(client, task);
        server_check(&db, &place).await?;
        migrate(&mut db, &place, options.only_existing).await?;
        let ids = lease(&db).await.map_err(failed)?;
        let ids = Arc::new(ids);
        let last = read::transfer_last(&db).await.map_err(failed)?;
        let (told, committed) = watch::channel(last.0);
        let lost_origins = Arc::new(AtomicU64::new(0));
        let batch = Batch::new(Parts {
            connector: connector.clone(),
            pool: Pool::new(connector.clone(), 2),
            ids: Arc::clone(&ids),
            clock: Arc::clone(&clock),
            deadline: options.deadline,
            committed: told,
            lost_origins: Arc::clone(&lost_origins),
        });
        let writer = Writer::start(batch).map_err(|error| OpenError::Failed {
            doing: "could not start the writer",
            cause: error.to_string(),
        })?;
        Ok(Arc::new(Self {
            pool: Pool::new(connector.clone(), options.connections),
            connector,
            ids,
            clock,
            writer,
            committed,
            lost_origins,
        }))
    }
}

/// PostgreSQL 15 brought what the schema uses.
pub(crate) async fn server_check(db: &impl GenericClient, place: &str) -> Result<(), OpenError> {
    const OLDEST: i32 = 150_000;
    let row = db.query_one(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version')",
        &[],
    );
    let row = row.await.map_err(|error| OpenError::Failed {
        doing: "could not ask the database for its version",
        cause: SqlError::from(error).words(),
    })?;
    if row.get::<_, i32>(0) >= OLDEST {
        return Ok(());
    }
    Err(OpenError::TooOld {
        place: place.to_owned(),
        version: row.get(1),
    })
}

/// A number for ids. Processes that start at once may want the same one: whoever comes second asks again.
async fn lease(db: &impl GenericClient) -> Sql<Ids> {
    const TRIES: u32 = 50;
    let owner: String = app::random_bytes::<16>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut leased = Ids::lease(db, owner.clone()).await;
    for _ in 0..TRIES {
        if !matches!(leased, Err(SqlError::Busy)) {
            break;
        }
        leased = Ids::lease(db, owner.clone()).await;
    }
    leased
}

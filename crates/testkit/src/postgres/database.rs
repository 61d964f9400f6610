use std::time::Duration;

use tokio::sync::OnceCell;
use tokio_postgres::NoTls;

use super::{Server, StartError, Started, io, server::connect, sql, url::Url};

/// Names a server on which databases may be made: `postgres://user@127.0.0.1:5432/postgres`. Without it a test process starts one.
pub const SERVER: &str = "SCRIP_TEST_POSTGRES";

/// A new, empty database, which is dropped with it.
#[derive(Debug)]
pub struct Database {
    server: Url,
    name: String,
}

impl Database {
    /// On the server that `SCRIP_TEST_POSTGRES` names, or else on one that this process starts once.
    ///
    /// # Errors
    /// When there is no server, in words that name what to do, and when it does not make the database.
    pub async fn fresh() -> Result<Self, StartError> {
        Self::on(server().await?).await
    }

    /// The same for a test without a runtime, or in the middle of one.
    ///
    /// # Errors
    /// As `fresh`.
    pub fn fresh_blocking() -> Result<Self, StartError> {
        let making = std::thread::spawn(|| runtime()?.block_on(Self::fresh()));
        making.join().expect("it returns its errors")
    }

    pub(super) async fn on(server: Url) -> Started<Self> {
        let name = format!("scrip_test_{}", u64::from_ne_bytes(app::random_bytes()));
        // Whatever the server's own templates hold.
        let create =
            format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'");
        let client = connect(&server).await?;
        let doing = "make a database";
        client.batch_execute(&create).await.map_err(sql(doing))?;
        Ok(Self { server, name })
    }

    pub fn url(&self) -> String {
        self.parts().to_string()
    }

    /// By way of a proxy's address, as `127.0.0.1:5432`.
    pub fn url_by(&self, address: &str) -> String {
        self.parts().by(address).to_string()
    }

    /// Where its server listens, as `127.0.0.1:5432`.
    pub fn address(&self) -> &str {
        &self.server.address
    }

    /// A session of its own, for what a test looks up behind the store's back.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn connect(&self) -> Result<tokio_postgres::Client, StartError> {
        connect(&self.parts()).await
    }

    fn parts(&self) -> Url {
        self.server.database(&self.name)
    }
}

impl Drop for Database {
    /// As good as it can: a server that a test has stopped keeps it.
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), std::mem::take(&mut self.name));
        // The test's own runtime cannot wait for it here.
        let dropping = std::thread::spawn(move || drop_database(&server, &name));
        let _ = dropping.join();
    }
}

/// A server that does not answer is left alone.
const DROPPED_WITHIN: Duration = Duration::from_secs(5);

fn drop_database(server: &Url, name: &str) -> Option<()> {
    let config: tokio_postgres::Config = server.to_string().parse().ok()?;
    let dropping = async {
        let (client, connection) = config.connect(NoTls).await.ok()?;
        let statement = format!("DROP DATABASE {name} WITH (FORCE)");
        let dropped = client.batch_execute(&statement);
        tokio::select! {
            dropped = dropped => dropped.ok(),
            _ = connection => None,
        }
    };
    let within = async { tokio::time::timeout(DROPPED_WITHIN, dropping).await };
    runtime().ok()?.block_on(within).ok()?
}

fn runtime() -> Started<tokio::runtime::Runtime> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().map_err(io("start a runtime"))
}

async fn server() -> Started<Url> {
    if let Ok(url) = std::env::var(SERVER) {
        return Url::parse(&url).ok_or(StartError::Url);
    }
    static OWN: OnceCell<Server> = OnceCell::const_new();
    let start = || async {
        let started = tokio::task::spawn_blocking(Server::start).await;
        started.map_err(|error| io("start a server")(error.into()))?
    };
    Ok(OWN.get_or_try_init(start).await?.parts())
}

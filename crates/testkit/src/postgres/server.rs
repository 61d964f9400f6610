use std::{net::TcpListener, path::PathBuf};

use tokio_postgres::NoTls;

use super::{
    Database, StartError, Started, binaries, folder::Folder, io, postmaster::Postmaster, sql,
    url::Url,
};

/// Whether what is committed outlives the machine. A server that is killed keeps it either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// For ordinary tests: the disk is never waited for.
    #[default]
    Process,
    /// As in earnest, for measurements.
    Machine,
}

/// A PostgreSQL server of this process. It ends when it is dropped, and when the process ends in any way.
pub struct Server {
    // Before the folder, so that it ends first.
    postmaster: Option<Postmaster>,
    binaries: PathBuf,
    port: u16,
    durability: Durability,
    folder: Folder,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let folder = self.folder.path().display();
        write!(f, "Server({} in {folder})", self.url())
    }
}

/// Another process may take a port between our finding it free and the server's using it.
const PORTS_TRIED: usize = 5;

impl Server {
    /// An empty server of its own.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, in words that name the command, and when it does not start.
    pub fn start() -> Result<Self, StartError> {
        Self::start_with(Durability::default())
    }

    /// # Errors
    /// As `start`.
    pub fn start_with(durability: Durability) -> Result<Self, StartError> {
        let binaries = binaries::find()?;
        let folder = Folder::new()?;
        let mut server = Self {
            postmaster: None,
            binaries,
            port: 0,
            durability,
            folder,
        };
        server.initialise()?;
        for _ in 1..PORTS_TRIED {
            server.port = free_port()?;
            match server.start_again() {
                Err(StartError::Ended { said, .. }) if said.contains("Address already in use") => {}
                ended => return ended.map(|()| server),
            }
        }
        server.port = free_port()?;
        server.start_again().map(|()| server)
    }

    /// The database that every server has.
    pub fn url(&self) -> String {
        self.parts().to_string()
    }

    /// A new, empty database here.
    ///
    /// # Errors
    /// When the server does not make it.
    pub async fn database(&self) -> Result<Database, StartError> {
        Database::on(self.parts()).await
    }

    /// Ends it in good order; sessions are cut.
    pub fn stop(&mut self) {
        if let Some(postmaster) = self.postmaster.take() {
            postmaster.stop();
        }
    }

    /// Kills all its processes at once, as a crash of the machine would.
    pub fn stop_hard(&mut self) {
        if let Some(postmaster) = self.postmaster.take() {
            postmaster.kill();
        }
    }

    /// Starts it where it was, with what it had, and recovers if it was killed.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<(), StartError> {
        let started = Postmaster::start(self.command())?;
        self.postmaster = Some(started);
        Ok(())
    }

    /// From now on it is a standby that takes no writes, as a server that has lost its role to another.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart_read_only(&mut self) -> Result<(), StartError> {
        self.stop();
        let signal = self.data().join("standby.signal");
        std::fs::write(signal, "").map_err(io("write standby.signal"))?;
        self.start_again()
    }

    /// The standby takes writes again.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn promote(&self) -> Result<(), StartError> {
        // It waits until that is done.
        self.run("promote the server", "SELECT pg_promote()").await
    }

    /// Changes a setting of the running server: `server.set("default_transaction_read_only", "on")`. Sessions that are open see it with their
    /// next statement.
    ///
    /// # Errors
    /// When the server does not know it.
    pub async fn set(&self, name: &str, value: &str) -> Result<(), StartError> {
        let value = value.replace('\'', "''");
        self.change(&format!("ALTER SYSTEM SET {name} = '{value}'"))
            .await
    }

    /// As it was before `set`.
    ///
    /// # Errors
    /// When the server does not know it.
    pub async fn unset(&self, name: &str) -> Result<(), StartError> {
        self.change(&format!("ALTER SYSTEM RESET {name}")).await
    }

    async fn change(&self, statement: &str) -> Started<()> {
        let doing = "change a setting";
        self.run(doing, statement).await?;
        let before = self.loaded().await?;
        self.run(doing, "SELECT pg_reload_conf()").await?;
        // The postmaster reads it when it gets to; a new session has what the postmaster had.
        while self.loaded().await? == before {}
        Ok(())
    }

    /// When a new session's settings were read from the file.
    async fn loaded(&self) -> Started<String> {
        let doing = "read when settings were loaded";
        let client = connect(&self.parts()).await?;
        let row = client
            .query_one("SELECT pg_conf_load_time()::text", &[])
            .await;
        Ok(row.map_err(sql(doing))?.get(0))
    }

    async fn run(&self, doing: &'static str, statement: &str) -> Started<()> {
        let client = connect(&self.parts()).await?;
        client.batch_execute(statement).await.map_err(sql(doing))
    }

    pub(super) fn parts(&self) -> Url {
        let url = format!("postgres://scrip@127.0.0.1:{}", self.port);
        Url::parse(&url).expect("it is well formed")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn initialise(&self) -> Started<()> {
        let mut initdb = self.folder.command(&self.binaries.join("initdb"));
        initdb.args([
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-U",
            "scrip",
        ]);
        initdb
            .args(["--no-sync", "--no-instructions", "-D"])
            .arg(self.data());
        let output = initdb.output().map_err(io("run setpriv (of util-linux)"))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let program = "initdb";
        Err(StartError::Ended { program, said })
    }

    fn command(&self) -> std::process::Command {
        let mut postgres = self.folder.command(&self.binaries.join("postgres"));
        postgres.arg("-D").arg(self.data());
        let mut settings = vec![
            "listen_addresses=127.0.0.1".into(),
            format!("port={}", self.port),
            format!("unix_socket_directories={}", self.folder.path().display()),
            "max_connections=300".into(),
            "shared_buffers=16MB".into(),
            // A session that never says who it is would keep a dying server for a minute.
            "authentication_timeout=5s".into(),
            // We wait for its words.
            "lc_messages=C".into(),
        ];
        if self.durability == Durability::Process {
            settings.push("fsync=off".into());
        }
        for setting in settings {
            postgres.args(["-c", &setting]);
        }
        postgres
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(postmaster) = self.postmaster.take() {
            postmaster.quit();
        }
    }
}

/// A session that nothing set by a test keeps from changing things.
pub(super) async fn connect(url: &Url) -> Started<tokio_postgres::Client> {
    let config: Result<tokio_postgres::Config, _> = url.to_string().parse();
    let mut config = config.map_err(|_| StartError::Url)?;
    config.options("-c default_transaction_read_only=off");
    let (client, connection) = config.connect(NoTls).await.map_err(sql("connect"))?;
    #[expect(
        clippy::disallowed_methods,
        reason = "a connection's messages are carried by a task of their own, which ends with its client"
    )]
    tokio::spawn(connection);
    Ok(client)
}

fn free_port() -> Started<u16> {
    let doing = "find a free port";
    let listener = TcpListener::bind("127.0.0.1:0").map_err(io(doing))?;
    Ok(listener.local_addr().map_err(io(doing))?.port())
}

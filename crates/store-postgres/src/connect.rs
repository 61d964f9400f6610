//! Finding the server that takes writes. Hosts are tried one at a time, each with its own deadline, because a frozen host accepts and never
//! answers, and no operating system's timeout ends that in useful time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::task::JoinHandle;
use tokio_postgres::{
    Client, Config, NoTls,
    config::{Host, SslMode, TargetSessionAttrs},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::{Sql, SqlError};

/// For the whole handshake with one host: connecting, TLS, password, and asking whether it takes writes.
pub(crate) const HANDSHAKE: Duration = Duration::from_millis(700);

/// What every session is told. A session that stops in the middle of a transaction would hold the journal's head for everybody. No
/// statement is compiled: look-ups by key along pointers are taken for large ones, and compiling them takes longer than all they do.
const SESSION: &str = "SET synchronous_commit = on; SET idle_in_transaction_session_timeout = '3s'; SET lock_timeout = '10s'; \
    SET client_min_messages = warning; SET statement_timeout = '30s'; SET timezone = 'UTC'; SET bytea_output = 'hex'; SET jit = off";

/// Opens connections to the one server of a list that takes writes.
#[derive(Debug, Clone)]
pub(crate) struct Connector {
    /// One configuration a host.
    hosts: Arc<Vec<Config>>,
    /// The host that was good last.
    good: Arc<AtomicUsize>,
}

/// A connection, and the task that carries its messages.
pub(crate) type Connected = (Client, JoinHandle<()>);

impl Connector {
    /// # Errors
    /// What is wrong with the URL, in words that never repeat its password.
    pub(crate) fn new(url: &str) -> Result<Self, String> {
        let config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            cause.unwrap_or_else(|| error.to_string())
        })?;
        let hosts = hosts(&config);
        if hosts.is_empty() {
            return Err("it names no host".into());
        }
        Ok(Self {
            hosts: Arc::new(hosts),
            good: Arc::default(),
        })
    }

    /// Where the database is, without the password.
    pub(crate) fn place(&self) -> String {
        let hosts: Vec<String> = self.hosts.iter().map(host).collect();
        let name = self.hosts.first().and_then(Config::get_dbname);
        format!("{}/{}", hosts.join(","), name.unwrap_or_default())
    }

    /// # Errors
    /// When no host answers and takes writes.
    pub(crate) async fn connect(&self) -> Sql<Connected> {
        let first = self.good.load(Ordering::Relaxed);
        let mut said = Vec::new();
        for step in 0..self.hosts.len() {
            let index = (first + step) % self.hosts.len();
            let config = &self.hosts[index];
            let outcome = tokio::time::timeout(HANDSHAKE, open(config)).await;
            match outcome.unwrap_or(Err(SqlError::Late)) {
                Ok(connected) => {
                    self.good.store(index, Ordering::Relaxed);
                    return Ok(connected);
                }
                Err(error) if self.hosts.len() == 1 => said.push(error.words()),
                Err(error) => said.push(format!("{}: {}", host(config), error.words())),
            }
        }
        Err(SqlError::Unreachable(said.join("; ")))
    }
}

/// Where a configuration's one host is.
fn host(config: &Config) -> String {
    match config.get_hosts().first() {
        Some(Host::Tcp(name)) => {
            format!("{name}:{}", config.get_ports().first().unwrap_or(&5432))
        }
        Some(Host::Unix(path)) => path.display().to_string(),
        None => String::new(),
    }
}

/// Each host of a list with its port, as libpq pairs them: one port stands for all.
fn hosts(config: &Config) -> Vec<Config> {
    let ports = config.get_ports();
    let addresses = config.get_hostaddrs();
    let one = |(index, host): (usize, &Host)| {
        let mut single = Config::new();
        match host {
            Host::Tcp(name) => single.host(name),
            Host::Unix(path) => single.host_path(path),
        };
        if let Some(address) = addresses.get(index) {
            single.hostaddr(*address);
        }
        let port = ports.get(index).or(ports.first());
        single.port(*port.unwrap_or(&5432));
        config.get_user().map(|user| single.user(user));
        config
            .get_password()
            .map(|password| single.password(password));
        single.dbname(config.get_dbname().or(config.get_user()).unwrap_or("scrip"));
        config.get_options().map(|options| single.options(options));
        single.application_name(config.get_application_name().unwrap_or("scrip"));
        single.ssl_mode(config.get_ssl_mode());
        single.channel_binding(config.get_channel_binding());
        single.target_session_attrs(config.get_target_session_attrs());
        single
            .keepalives(true)
            .keepalives_idle(Duration::from_secs(10));
        single.connect_timeout(HANDSHAKE);
        single
    };
    config.get_hosts().iter().enumerate().map(one).collect()
}

async fn open(config: &Config) -> Sql<Connected> {
    let mut plain = config.clone();
    // We ask ourselves, in words that tell a standby from a server that is gone.
    plain.target_session_attrs(TargetSessionAttrs::Any);
    let (client, task) = if config.get_ssl_mode() == SslMode::Disable {
        let (client, connection) = plain.connect(NoTls).await?;
        (client, carry(connection))
    } else {
        let (client, connection) = plain.connect(tls()).await?;
        (client, carry(connection))
    };
    client.batch_execute(SESSION).await?;
    if config.get_target_session_attrs() == TargetSessionAttrs::ReadWrite {
        let row = client.query_one("SHOW transaction_read_only", &[]).await?;
        if row.get::<_, &str>(0) == "on" {
            return Err(SqlError::Unreachable("the server takes no writes".into()));
        }
    }
    Ok((client, task))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a connection's messages are carried by a task of their own, which ends with the connection"
)]
fn carry<S, T>(connection: tokio_postgres::Connection<S, T>) -> JoinHandle<()>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to the database ended");
        }
    })
}

fn tls() -> MakeRustlsConnect {
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    MakeRustlsConnect::new(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_paired_with_ports() {
        let places = |url: &str| Connector::new(url).map(|connector| connector.place());
        assert_eq!(
            places("postgres://u:secret@a:1,b:2/money?target_session_attrs=read-write").as_deref(),
            Ok("a:1,b:2/money")
        );
        assert_eq!(
            places("postgres://u@a/money").as_deref(),
            Ok("a:5432/money")
        );
        assert_eq!(places("host=a,b port=7 user=u").as_deref(), Ok("a:7,b:7/u"));
    }

    #[test]
    fn a_wrong_url_is_told_without_its_password() {
        for url in [
            "postgres://u:secret@a:x/money",
            "postgres://u:secret@a/m?colour=red",
            "postgres:///m",
        ] {
            let said = Connector::new(url).err().unwrap_or_default();
            assert!(
                !said.is_empty() && !said.contains("secret"),
                "{url}: {said:?}"
            );
        }
    }
}

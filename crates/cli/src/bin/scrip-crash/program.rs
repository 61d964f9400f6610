//! The real program, as a process.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// The program and its data folder.
#[derive(Debug)]
pub(crate) struct Program {
    scrip: PathBuf,
    data_dir: PathBuf,
}

/// What the clients need to know.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) gold: String,
    pub(crate) silver: String,
}

/// A server that is ready.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
    pub(crate) key: String,
    /// From the start of the process until it was ready.
    pub(crate) recovery: Duration,
}

impl Program {
    pub(crate) fn find(named: Option<PathBuf>, data_dir: PathBuf) -> anyhow::Result<Self> {
        let scrip = match named {
            Some(scrip) => scrip,
            None => std::env::current_exe()
                .context("finding this program")?
                .with_file_name("scrip"),
        };
        ensure!(
            scrip.is_file(),
            "{} is not there: build it first",
            scrip.display()
        );
        Ok(Self { scrip, data_dir })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.scrip);
        // Whatever is set where the tests run: the ledger here is a file of its own.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SCRIP_")) {
            command.env_remove(name);
        }
        command.current_dir(std::env::temp_dir());
        command.arg("--data-dir").arg(&self.data_dir);
        command
    }

    /// Runs a command to its end.
    pub(crate) fn ask(&self, args: &[&str]) -> anyhow::Result<Value> {
        let output = self.command().arg("--json").args(args).output();
        let output = output.with_context(|| format!("running scrip {}", args.join(" ")))?;
        ensure!(
            output.status.success(),
            "scrip {}: {}{}",
            args.join(" "),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).context("reading what scrip printed")
    }

    /// Two currencies and a key, or those of an earlier run in the same folder.
    pub(crate) fn prepare(&self) -> anyhow::Result<World> {
        let currency = |name: &str| -> anyhow::Result<String> {
            let made = self.ask(&[
                "currency",
                "create",
                name,
                "--new-group",
                "crash",
                "--key",
                name,
            ])?;
            made["id"]
                .as_str()
                .map(str::to_owned)
                .context("a currency has an id")
        };
        let (gold, silver) = (currency("gold")?, currency("silver")?);
        let key = self.ask(&["key", "create", "crash", "--all-scopes"])?;
        self.remember_key(key["secret"].as_str().context("a new key has a secret")?)?;
        Ok(World { gold, silver })
    }

    fn remember_key(&self, key: &str) -> anyhow::Result<()> {
        std::fs::write(self.data_dir.join("crash.key"), key).context("keeping the key")
    }

    fn key(&self) -> anyhow::Result<String> {
        std::fs::read_to_string(self.data_dir.join("crash.key")).context("reading the key")
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "measures how long recovery takes"
    )]
    pub(crate) async fn start(&self) -> anyhow::Result<Running> {
        let began = Instant::now();
        let mut child = self
            .command()
            .args([
                "--set",
                "log.format=json",
                "--set",
                "http.rate_limit=0",
                "serve",
            ])
            .args([
                "--http-listen",
                "127.0.0.1:0",
                "--admin-listen",
                "127.0.0.1:0",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("starting the server")?;
        let log = child.stderr.take().context("the server has a log")?;
        let address = tokio::task::spawn_blocking(move || ready_address(BufReader::new(log)))
            .await
            .context("reading the server's log")?;
        let recovery = began.elapsed();
        let address = match address {
            Ok(address) => address,
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(error);
            }
        };
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Running {
            child,
            url: format!("http://{address}"),
            http: reqwest::Client::builder()
                .timeout(Duration::from_secs(20))
                .tls_backend_preconfigured(no_tls())
                .build()
                .context("making a client")?,
            key: self.key()?,
            recovery,
        })
    }
}

/// Everything here is on loopback; the client wants to be told all the same.
fn no_tls() -> rustls::ClientConfig {
    rustls::ClientConfig::builder()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// Reads the log up to the line that says where the server listens, and leaves the rest to nobody.
fn ready_address(mut log: BufReader<std::process::ChildStderr>) -> anyhow::Result<String> {
    let mut seen = String::new();
    loop {
        let mut line = String::new();
        let read = log
            .read_line(&mut line)
            .context("reading the server's log")?;
        ensure!(read > 0, "the server ended before it was ready: {seen}");
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        if said["message"] == "ready" {
            let address = said["http"]
                .as_str()
                .context("the server says where it listens")?;
            // Whoever writes into a pipe that nobody empties stands still one day.
            let _ = std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
            return Ok(address.to_owned());
        }
        seen.push_str(&line);
    }
}

impl Running {
    /// SIGKILL: the process does nothing any more.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill().context("killing the server")?;
        self.child.wait().context("waiting for its end")?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! The one PostgreSQL server that all tests of a run share.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

use crate::cargo::{Profile, build};

/// Names the server to the tests: `postgres://user@127.0.0.1:5432/postgres`.
pub(crate) const SERVER: &str = "SCRIP_TEST_POSTGRES";

/// Stops it when it is dropped, if it is ours.
pub(crate) struct Server {
    pub(crate) url: String,
    ours: Option<Child>,
}

impl Server {
    /// The one that the environment names, or else a new one.
    pub(crate) fn start() -> anyhow::Result<Self> {
        if let Ok(url) = std::env::var(SERVER) {
            return Ok(Self { url, ours: None });
        }
        let program = build(Profile::Dev, &["postgres-for-tests"])?;
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run postgres-for-tests")?;
        let mut url = String::new();
        let said = child.stdout.take().expect("it is piped");
        let read = BufReader::new(said).read_line(&mut url);
        read.context("cannot read what postgres-for-tests says")?;
        if url.is_empty() {
            let _ = child.wait();
            bail!("the tests need a PostgreSQL server, and there is none");
        }
        let url = url.trim().to_owned();
        println!("{SERVER}={url}");
        Ok(Self {
            url,
            ours: Some(child),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.ours.take() {
            // It runs until its input ends.
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, mpsc},
    thread::JoinHandle,
};

use thiserror::Error;
use tokio::{net::TcpListener, sync::oneshot, task::JoinSet};

use crate::{
    clock::Clock,
    handle::Handle,
    http,
    journal::{Journal, Record},
    producer::{Command, Pace, Producer},
    settings::Settings,
    shared::Shared,
};

#[derive(Debug, Error)]
pub enum StartError {
    #[error("listening on {address}")]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error("reading the chain from {}", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("starting the thread of the chain")]
    Thread(#[source] io::Error),
}

/// A TON chain on this machine.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    pub async fn start(settings: Settings) -> Result<Running, StartError> {
        let listen = |source| StartError::Listen {
            address: settings.listen,
            source,
        };
        let listener = TcpListener::bind(settings.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let (journal, records) = journal(&settings)?;
        let (commands, received) = mpsc::channel();
        let last_secs = records.last().map_or(0, Record::now_secs);
        let clock = Clock::start(settings.start_secs, last_secs);
        let shared = Arc::new(Shared::new(clock, settings.global_id, commands));
        let pace = Pace {
            block: settings.block,
            block_transactions: settings.block_transactions,
        };
        let mut producer = Producer::new(Arc::clone(&shared), received, pace);
        let (begun, has_begun) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("ton-sandbox".to_owned())
            .spawn(move || {
                if let Some(journal) = journal {
                    producer.restore(journal, &records);
                }
                producer.run(begun);
            })
            .map_err(StartError::Thread)?;
        // Whoever asks from now on finds a chain.
        let _ = has_begun.await;
        let chain = Handle { shared };
        let mut serving = JoinSet::new();
        serving.spawn(fake_server::accept(listener, http::router(chain.clone())));
        Ok(Running {
            address,
            chain,
            thread: Some(thread),
            serving,
        })
    }
}

fn journal(settings: &Settings) -> Result<(Option<Journal>, Vec<Record>), StartError> {
    let Some(path) = &settings.file else {
        return Ok((None, Vec::new()));
    };
    let (journal, records) = Journal::open(path).map_err(|source| StartError::File {
        path: path.clone(),
        source,
    })?;
    Ok((Some(journal), records))
}

/// The chain and its server; both end when this is dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    chain: Handle,
    thread: Option<JoinHandle<()>>,
    serving: JoinSet<()>,
}

impl Running {
    /// Such as `http://127.0.0.1:8081`; v2 is under `/api/v2`, v3 under `/api/v3`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn chain(&self) -> Handle {
        self.chain.clone()
    }

    /// Ends the server, then the chain after the block it is at.
    pub async fn stop(mut self) {
        self.serving.shutdown().await;
        self.tell_to_stop();
        if let Some(thread) = self.thread.take() {
            let joined = tokio::task::spawn_blocking(move || thread.join()).await;
            if !matches!(joined, Ok(Ok(()))) {
                tracing::error!("the thread of the sandbox chain did not end well");
            }
        }
    }

    fn tell_to_stop(&self) {
        self.chain.shared.stopped.cancel();
        // It may have ended by itself.
        let _ = self.chain.shared.commands.send(Command::Stop);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tell_to_stop();
    }
}

//! A proxy between a client and PostgreSQL that a test holds: it cuts at the moments that matter, freezes, and refuses.
//!
//! It reads as much of the protocol as tells a commit and its answer.
//! Source: <https://www.postgresql.org/docs/current/protocol-message-formats.html>

mod connection;
mod frame;
mod listening;
mod statement;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    net::lookup_host,
    sync::{OwnedRwLockWriteGuard, RwLock, mpsc, oneshot, watch},
    task::JoinSet,
};

use crate::postgres::Database;
use listening::{Door, Turn};

/// When the connection of the next commit is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutAt {
    /// What stood before the COMMIT has reached the server, the COMMIT never does: nothing was committed.
    BeforeCommit,
    /// The server has committed and said so, and the client never hears of it.
    AfterCommit,
}

/// Stands before a database's server until it is dropped; then all its connections are cut.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// While it is frozen.
    frozen: Option<OwnedRwLockWriteGuard<()>>,
    door: mpsc::Sender<Turn>,
    _listening: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    /// Read while a message is delivered.
    delivering: Arc<RwLock<()>>,
    armed: Mutex<Option<Armed>>,
    /// Changes when all are cut.
    cuts: watch::Sender<()>,
}

#[derive(Debug)]
struct Armed {
    at: CutAt,
    done: oneshot::Sender<()>,
}

impl Proxy {
    /// # Errors
    /// When it cannot listen, or the server's name has no address.
    pub async fn before(database: &Database) -> io::Result<Self> {
        let mut found = lookup_host(database.address()).await?;
        let server = found.next().ok_or(io::ErrorKind::AddrNotAvailable)?;
        let shared = Arc::new(Shared {
            server,
            delivering: Arc::default(),
            armed: Mutex::default(),
            cuts: watch::Sender::default(),
        });
        let mut listening = JoinSet::new();
        let (door, turns) = mpsc::channel(1);
        let address = listening::start(&mut listening, turns, &shared)?;
        Ok(Self {
            address,
            shared,
            frozen: None,
            door,
            _listening: listening,
        })
    }

    /// The database by way of this proxy.
    pub fn url(&self, database: &Database) -> String {
        database.url_by(&self.address.to_string())
    }

    /// Cuts the next commit's connection, whichever that is, once. What is returned ends when that has happened.
    pub fn cut(&self, at: CutAt) -> impl Future<Output = ()> + use<> {
        let (done, cut) = oneshot::channel();
        *self.shared.armed() = Some(Armed { at, done });
        async move {
            cut.await
                .expect("the proxy lives, and no other cut was asked for instead")
        }
    }

    /// Cuts every connection that is open. New ones are welcome.
    pub async fn cut_all(&self) {
        let nothing_is_on_its_way = match self.frozen {
            Some(_) => None,
            None => Some(self.shared.delivering.write().await),
        };
        self.shared.cuts.send_replace(());
        drop(nothing_is_on_its_way);
    }

    /// From now on it still accepts connections and what they send, and delivers nothing, as a machine that hangs.
    pub async fn freeze(&mut self) {
        if self.frozen.is_none() {
            self.frozen = Some(Arc::clone(&self.shared.delivering).write_owned().await);
        }
    }

    /// Delivers what was held back, also what senders who have left had sent.
    pub fn thaw(&mut self) {
        self.frozen = None;
    }

    /// New connections are refused; open ones stay.
    pub async fn refuse(&self) {
        self.turn(Door::Closed).await;
    }

    /// New connections are welcome again.
    pub async fn welcome(&self) {
        self.turn(Door::Open).await;
    }

    async fn turn(&self, door: Door) {
        let (done, turned) = oneshot::channel();
        let turn = self.door.send(Turn { door, done }).await;
        turn.expect("it listens as long as the proxy lives");
        let turned = turned.await.expect("it answers");
        turned.expect("the port is kept for the proxy");
    }
}

impl Shared {
    fn armed(&self) -> std::sync::MutexGuard<'_, Option<Armed>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this is the moment, which comes once.
    fn is_moment(&self, at: CutAt) -> Option<oneshot::Sender<()>> {
        let armed = self.armed().take_if(|armed| armed.at == at);
        armed.map(|armed| armed.done)
    }
}

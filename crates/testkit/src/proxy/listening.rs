use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinSet,
};

use super::{Shared, connection::carry};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    Open,
    Closed,
}

pub(super) struct Turn {
    pub(super) door: Door,
    pub(super) done: oneshot::Sender<io::Result<()>>,
}

/// Gives the address that it listens on.
pub(super) fn start(
    tasks: &mut JoinSet<()>,
    turns: mpsc::Receiver<Turn>,
    shared: &Arc<Shared>,
) -> io::Result<SocketAddr> {
    let port = bound(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let listener = listen(port.local_addr()?)?;
    let address = listener.local_addr()?;
    tasks.spawn(run(port, listener, turns, Arc::clone(shared)));
    Ok(address)
}

/// `port` never listens: it keeps the port ours while connections are refused.
async fn run(
    port: TcpSocket,
    listener: TcpListener,
    mut turns: mpsc::Receiver<Turn>,
    shared: Arc<Shared>,
) {
    let mut listener = Some(listener);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(Turn { door, done }) = turns.recv() => {
                let _ = done.send(turn(door, &port, &mut listener));
            }
            client = accepted(listener.as_ref()) => {
                connections.spawn(carry(client, Arc::clone(&shared)));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

fn turn(door: Door, port: &TcpSocket, listener: &mut Option<TcpListener>) -> io::Result<()> {
    if door == Door::Closed {
        *listener = None;
    } else if listener.is_none() {
        *listener = Some(listen(port.local_addr()?)?);
    }
    Ok(())
}

async fn accepted(listener: Option<&TcpListener>) -> TcpStream {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    loop {
        if let Ok((client, _)) = listener.accept().await {
            return client;
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    bound(address)?.listen(128)
}

/// Several sockets may have a port as long as at most one of them listens.
fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

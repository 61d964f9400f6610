use std::net::SocketAddr;

use axum::{Router, routing::any};
pub use fake_server::StartError;
use tokio::task::JoinSet;

use crate::{methods, shared::Shared, webhook};

/// The running server; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    pub address: SocketAddr,
    // Dropping the set aborts the tasks in it, and with them every connection.
    _tasks: JoinSet<()>,
}

pub async fn start(shared: Shared, port: u16) -> Result<Server, StartError> {
    let (listener, address) = fake_server::listen(port).await?;
    let router = Router::new()
        .route("/{bot}/{method}", any(methods::handle))
        .with_state(shared.clone());
    let mut tasks = JoinSet::new();
    tasks.spawn(fake_server::accept(listener, router));
    tasks.spawn(webhook::deliver(shared));
    Ok(Server {
        address,
        _tasks: tasks,
    })
}

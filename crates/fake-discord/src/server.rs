//! Which part of the fake a request goes to.

use std::net::SocketAddr;

use axum::{
    Router,
    routing::{any, get},
};
pub use fake_server::StartError;
use tokio::task::JoinSet;

use crate::{cdn, gateway, gateway::Urls, rest, shared::Shared};

/// The running server; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    pub address: SocketAddr,
    // Dropping the set aborts the task in it, and with that every connection.
    _accepting: JoinSet<()>,
}

pub async fn start(shared: Shared, port: u16) -> Result<Server, StartError> {
    let (listener, address) = fake_server::listen(port).await?;
    shared.change(|world| world.gateway.urls = urls(address));
    let mut accepting = JoinSet::new();
    accepting.spawn(fake_server::accept(listener, router(shared)));
    Ok(Server {
        address,
        _accepting: accepting,
    })
}

fn urls(address: SocketAddr) -> Urls {
    Urls {
        rest: format!("http://{address}"),
        gateway: format!("ws://{address}"),
        cdn: format!("http://{address}"),
    }
}

fn router(shared: Shared) -> Router {
    Router::new()
        .route("/", get(gateway::upgrade))
        .route("/attachments/{channel}/{id}/{name}", get(cdn::attachment))
        .route("/emojis/{file}", get(cdn::emoji))
        .route("/avatars/{user}/{file}", get(cdn::avatar))
        .route("/embed/avatars/{file}", get(cdn::default_avatar))
        .fallback(any(rest::handle))
        .with_state(shared)
}

//! The listening socket, and which part of the fake a request goes to.
//!
//! Connections are served by hyper directly and not by `axum::serve`, because a lost answer means
//! that a connection breaks in the middle of a request, which a handler of axum cannot bring about.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use axum::{
    Router,
    extract::Request,
    response::Response,
    routing::{any, get},
};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tower::ServiceExt;

use crate::{cdn, gateway, gateway::Urls, rest, shared::Shared};

#[derive(Debug, Error)]
#[error("listening on 127.0.0.1:{port}")]
pub struct StartError {
    port: u16,
    #[source]
    source: io::Error,
}

/// The running server; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    pub address: SocketAddr,
    // Dropping the set aborts the task in it, and with that every connection.
    _accepting: JoinSet<()>,
}

pub async fn start(shared: Shared, port: u16) -> Result<Server, StartError> {
    let failed = |source| StartError { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    shared.change(|world| world.gateway.urls = urls(address));
    let mut accepting = JoinSet::new();
    accepting.spawn(accept(listener, router(shared)));
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

async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(connections.spawn(serve(stream, router.clone()))),
            // For example too many open files: later there may be fewer.
            Err(error) => tracing::warn!(%error, "accepting a connection"),
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, router: Router) {
    // Small answers must not wait for Nagle's algorithm.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request| answer(router.clone(), request));
    let connection = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Marks a response that is never to be sent.
#[derive(Clone, Copy, Debug)]
pub struct LoseIt;

#[derive(Debug, Error)]
#[error("the answer is lost on purpose")]
struct Lost;

async fn answer(router: Router, request: Request<Incoming>) -> Result<Response, Lost> {
    let request = request.map(axum::body::Body::new);
    let Ok(response) = router.oneshot(request).await;
    match response.extensions().get::<LoseIt>() {
        Some(LoseIt) => Err(Lost),
        None => Ok(response),
    }
}

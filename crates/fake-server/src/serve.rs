//! Connections are served by hyper directly and not by `axum::serve`, because a lost answer means that a connection breaks in the
//! middle of a request, which a handler of axum cannot bring about.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use axum::{Router, extract::Request, response::Response};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tower::ServiceExt;

#[derive(Debug, thiserror::Error)]
#[error("listening on {address}")]
pub struct StartError {
    address: SocketAddr,
    #[source]
    source: io::Error,
}

/// A socket on loopback, and where it is; port 0 takes a free one.
///
/// # Errors
/// When the port is taken.
pub async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), StartError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let failed = |source| StartError { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Serves whoever connects, WebSockets too. When the future is dropped every connection ends.
pub async fn accept(listener: TcpListener, router: Router) {
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

#[derive(Debug, thiserror::Error)]
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

//! Listening, first with a page that says to wait.

use std::{io::ErrorKind, net::SocketAddr};

use axum::{
    Router,
    http::{StatusCode, header::RETRY_AFTER},
    response::IntoResponse,
};
use tokio_util::sync::CancellationToken;

use crate::trouble::Trouble;

/// A bound address that can be served by one router after another.
#[derive(Debug)]
pub(super) struct Listener {
    socket: std::net::TcpListener,
    pub(super) address: SocketAddr,
}

impl Listener {
    /// `setting` is what names the address.
    pub(super) fn bind(asked: SocketAddr, setting: &str) -> Result<Self, Trouble> {
        let failed = |error: std::io::Error| {
            let advice = match error.kind() {
                ErrorKind::AddrInUse => format!(
                    " Each server has its own: if another program, or another `scrip serve`, is to keep this one, name another in `{setting}`."
                ),
                _ => String::new(),
            };
            Trouble::failed(format!(
                "The address {asked} cannot be listened on: {error}.{advice}"
            ))
        };
        let socket = std::net::TcpListener::bind(asked).map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        Ok(Self { socket, address })
    }

    /// Takes connections until told to stop, and lets requests under way end.
    pub(super) fn serve(
        &self,
        router: Router,
        stop: CancellationToken,
    ) -> Result<impl Future<Output = Result<(), Trouble>> + Send + use<>, Trouble> {
        let failed = |error| Trouble::failed(format!("Listening failed: {error}."));
        let listener = self
            .socket
            .try_clone()
            .and_then(tokio::net::TcpListener::from_std);
        let listener = axum::serve::ListenerExt::tap_io(listener.map_err(failed)?, |stream| {
            // Answers are small and whole: waiting to fill a packet only delays them.
            let _ = stream.set_nodelay(true);
        });
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        Ok(async move {
            let serving = axum::serve(listener, service);
            let stopped = serving.with_graceful_shutdown(stop.cancelled_owned()).await;
            stopped.map_err(failed)
        })
    }
}

/// While the ledger is being opened or migrated.
pub(super) fn not_yet() -> Router {
    Router::new().fallback(|| async {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            [(RETRY_AFTER, "2")],
            "scrip is starting: the ledger is being opened. Try again in a moment.\n",
        )
            .into_response()
    })
}

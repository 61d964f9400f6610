//! What stands before every route: who calls, may they, how often; and what is counted and said of the answer.

use std::{net::SocketAddr, panic::AssertUnwindSafe, sync::Arc};

use app::{ApiKeySecret, Scope};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use tokio::time::Instant;

use crate::{
    auth::{self, Caller},
    called::Called,
    limits::Left,
    metrics::RouteMetrics,
    problem::Problem,
    state::{Shared, Web},
};

/// What a route's description demands of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Public, because the description says so.
    Nothing,
    /// Any key; the handler asks for more.
    Key,
    Scope(Scope),
}

#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) web: Shared,
    pub(crate) route: Arc<str>,
    pub(crate) demand: Demand,
    pub(crate) counted: Arc<RouteMetrics>,
}

pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (mut parts, body) = request.into_parts();
    let mut response = match guard.admit(&mut parts).await {
        Ok(left) => {
            let mut response = handled(Request::from_parts(parts, body), next).await;
            if let Some(left) = left {
                left.write(response.headers_mut());
            }
            response
        }
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    guard.counted.count(response.status(), started.elapsed());
    response
}

/// A handler that panics answers 500 and takes nobody else with it.
async fn handled(request: Request, next: Next) -> Response {
    #[derive(Debug, thiserror::Error)]
    #[error("a handler panicked")]
    struct Panicked;
    AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Problem::failed(&Panicked).into_response())
}

impl Guard {
    async fn admit(&self, request: &mut Parts) -> Result<Option<Left>, Problem> {
        if self.demand == Demand::Nothing {
            peer_limit(&self.web, request)?;
            return Ok(None);
        }
        let caller = caller(&self.web, request).await?;
        let left = self.web.limits.key(caller.id)?;
        if let Demand::Scope(scope) = self.demand {
            caller.must(scope)?;
        }
        request.extensions.insert(Called {
            caller,
            route: Arc::clone(&self.route),
        });
        Ok(left)
    }
}

async fn caller(web: &Web, request: &Parts) -> Result<Arc<Caller>, Problem> {
    let Some(secret) = auth::bearer(&request.headers) else {
        peer_limit(web, request)?;
        return Err(Problem::unauthorized());
    };
    let hash = ApiKeySecret::hash(secret);
    if let Some(known) = web.keys.get(&hash, web.app.clock().now_ms()) {
        return Ok(known);
    }
    // Only what has to be looked up counts, so that guessing keys does not make the database busy.
    peer_limit(web, request)?;
    let read = web.keys.read(&web.app, hash).await?;
    read.ok_or_else(Problem::unauthorized)
}

fn peer_limit(web: &Web, request: &Parts) -> Result<(), Problem> {
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
    match peer {
        Some(ConnectInfo(address)) => web.limits.peer(address.ip()).map(drop),
        None => Ok(()),
    }
}

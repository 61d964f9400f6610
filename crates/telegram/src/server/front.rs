//! What stands before every route: how long it may take, and what every answer says.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::problem::Problem;

/// The store's own patience is shorter.
const LONGEST: Duration = Duration::from_secs(15);

#[derive(Debug, thiserror::Error)]
#[error("a handler panicked")]
struct Panicked;

/// A handler that panics answers 500 and takes nobody else with it.
pub(super) async fn front(request: Request, next: Next) -> Response {
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
    let mut response = match tokio::time::timeout(LONGEST, handled).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Problem::failed(&Panicked).into_response(),
        Err(_) => Problem::timed_out().into_response(),
    };
    let headers = response.headers_mut();
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(no_store);
    response
}

/// Only pages of this origin may call.
pub(super) fn cors(origin: Option<&str>) -> CorsLayer {
    const ASKS: [HeaderName; 2] = [header::AUTHORIZATION, header::CONTENT_TYPE];
    let origin = origin.and_then(|origin| HeaderValue::from_str(origin.trim_end_matches('/')).ok());
    let Some(origin) = origin else {
        return CorsLayer::new();
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::list([origin]))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(ASKS)
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::from_secs(600))
}

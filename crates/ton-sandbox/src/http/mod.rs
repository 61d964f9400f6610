//! toncenter's HTTP interface.

mod addresses;
mod faucet;
mod faulty;
mod given;
mod run;
mod stack;
mod text;
mod v2;
mod v3;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use crate::handle::Handle;

pub(crate) fn router(chain: Handle) -> Router {
    let api = Router::new()
        .nest("/api/v2", v2::router())
        .nest("/api/v3", v3::router())
        .layer(middleware::from_fn_with_state(
            chain.clone(),
            faulty::faulty,
        ));
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/sandbox/give", post(faucet::give))
        .merge(api)
        .layer(middleware::from_fn(from_any_page))
        .with_state(chain)
}

/// A page in a browser may ask, as it may ask toncenter.
async fn from_any_page(request: Request, next: Next) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    let any = HeaderValue::from_static("*");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, any.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, any);
    response
}

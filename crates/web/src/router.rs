use std::sync::Arc;

use app::{
    App, Scope,
    origin::{Gate, Http},
};
use axum::middleware;
use utoipa::openapi::path::PathItem;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

use crate::{
    guard::{Demand, Guard, guard},
    openapi,
    problem::Problem,
    routes,
    state::{Config, Shared, Web},
};

/// The API. Serve it with connect info of a `SocketAddr`, so that strangers are limited by address.
pub fn router(config: Config, app: App, gate: Gate<Http>) -> axum::Router {
    let web = Web::new(config, app, gate);
    let described = routes::all().into_iter().fold(
        OpenApiRouter::with_openapi(openapi::frame()),
        |router, route| router.routes(guarded(&web, route)),
    );
    let (router, _) = described.split_for_parts();
    router
        .fallback(|| async { Problem::not_found("path") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .with_state(web)
}

/// Puts the guard before a route, with what its own description demands.
fn guarded(web: &Shared, route: UtoipaMethodRouter<Shared>) -> UtoipaMethodRouter<Shared> {
    let (path, item) = route
        .1
        .paths
        .first_key_value()
        .expect("a route has a path: the macro that makes it demands one");
    let (method, demand) = described(item);
    let name = format!("{method} {path}");
    let layer = Guard {
        web: Arc::clone(web),
        counted: web.config.metrics.route(&name),
        route: name.into(),
        demand,
    };
    route.map(|methods| methods.route_layer(middleware::from_fn_with_state(layer, guard)))
}

/// The one method of a route and what its `security` says.
///
/// # Panics
/// When a description does not say who may call: that is found by every test that makes a router.
fn described(item: &PathItem) -> (&'static str, Demand) {
    let operations = [
        ("GET", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    let (method, operation) = operations
        .into_iter()
        .find_map(|(method, operation)| Some((method, operation.as_ref()?)))
        .expect("a route has a method");
    let security = operation.security.as_ref();
    let security = security.expect("a route says who may call it");
    let said = serde_json::to_value(security).unwrap_or_default();
    (method, demand(&said))
}

fn demand(said: &serde_json::Value) -> Demand {
    let Some(scopes) = said
        .pointer("/0/api_key")
        .and_then(|scopes| scopes.as_array())
    else {
        assert_eq!(said, &serde_json::json!([{}]), "a public route says so");
        return Demand::Nothing;
    };
    let Some(named) = scopes.first() else {
        return Demand::Key;
    };
    let scope = Scope::ALL.into_iter().find(|scope| named == scope.as_str());
    Demand::Scope(scope.expect("a route names a scope that there is"))
}

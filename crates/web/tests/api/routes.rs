//! What is described is routed and guarded, and what is routed is described.

use axum::{body::Body, http::Request};
use serde_json::Value;

use crate::world::World;

/// Method, path with its parameters filled in, and the scopes of every described operation.
fn operations() -> Vec<(String, String, Option<Vec<String>>)> {
    let document = serde_json::to_value(web::document()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let scopes = operation.pointer("/security/0/api_key").map(|scopes| {
                let scopes = scopes.as_array().unwrap().iter();
                scopes
                    .map(|scope| scope.as_str().unwrap().to_owned())
                    .collect()
            });
            found.push((method.to_uppercase(), filled(path), scopes));
        }
    }
    found
}

fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{holder}" => "app:alice",
        part if part.starts_with('{') => "123",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_operation_is_routed_and_every_keyed_one_needs_a_key() {
    let world = World::new().await;
    let operations = operations();
    assert!(operations.len() > 40, "{}", operations.len());
    for (method, path, scopes) in operations {
        let request = Request::builder().method(&*method).uri(&path);
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        match scopes {
            None => assert_eq!(answer.status, 200, "{method} {path} is public"),
            Some(_) => {
                assert_eq!(answer.status, 401, "{method} {path} without a key");
                assert_eq!(answer.headers["www-authenticate"], "Bearer");
                assert_eq!(answer.problem(), "unauthorized");
            }
        }
    }
}

#[tokio::test]
async fn every_operation_refuses_a_key_without_its_scope() {
    let world = World::new().await;
    for (method, path, scopes) in operations() {
        let Some(needed) = scopes.and_then(|scopes| scopes.into_iter().next()) else {
            continue;
        };
        let others: Vec<_> = app::Scope::ALL
            .into_iter()
            .filter(|scope| scope.as_str() != needed)
            .collect();
        let key = world.key_for(&world.fresh(), &others).await;
        let request = Request::builder()
            .method(&*method)
            .uri(&path)
            .header("authorization", format!("Bearer {key}"))
            .header("idempotency-key", "k");
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 403, "{method} {path} without {needed}");
        assert_eq!(answer.body["scope"], needed);
    }
}

#[tokio::test]
async fn every_write_needs_an_idempotency_key() {
    let world = World::new().await;
    let exempt = ["/v1/exchanges/quote", "/v1/bulk", "/v1/holders/app:alice"];
    for (method, path, scopes) in operations() {
        if method == "GET" || scopes.is_none() || exempt.contains(&&*path) {
            continue;
        }
        let request = world
            .request(&method, &path)
            .header("content-type", "application/json");
        let answer = world.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.status, 400, "{method} {path}: {}", answer.body);
        assert_eq!(answer.body["field"], "Idempotency-Key");
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let world = World::new().await;
    let answer = world.get("/v1/nothing").await;
    assert_eq!(
        (answer.status.as_u16(), answer.problem()),
        (404, "not-found")
    );
    let answer = world.write("DELETE /v1/transfers", Value::Null).await;
    assert_eq!(
        (answer.status.as_u16(), answer.problem()),
        (405, "method-not-allowed")
    );
    assert_eq!(answer.headers["allow"], "POST");
    assert_eq!(answer.headers["content-type"], "application/problem+json");
}

#[tokio::test]
async fn the_document_is_openapi_3_1_and_the_page_loads_nothing() {
    let world = World::new().await;
    let document = world.get("/openapi.json").await;
    assert_eq!(document.body["openapi"], "3.1.0");
    assert_references(&document.body, &document.body);
    let page = world.get("/docs").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(
        page.body
            .as_str()
            .unwrap()
            .contains("<code>/v1/transfers</code>")
    );
}

/// Every `$ref` leads somewhere.
fn assert_references(document: &Value, part: &Value) {
    match part {
        Value::Object(members) => {
            if let Some(path) = members.get("$ref").and_then(Value::as_str) {
                let pointer = path.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{path}");
            }
            members
                .values()
                .for_each(|part| assert_references(document, part));
        }
        Value::Array(parts) => parts
            .iter()
            .for_each(|part| assert_references(document, part)),
        _ => {}
    }
}

#[tokio::test]
async fn the_admin_listener_says_how_it_is() {
    let world = World::new().await;
    world.mint("app:alice", world.gold, "5").await;
    let metrics = std::sync::Arc::clone(&world.config.metrics);
    let admin = web::admin_router(world.app.clone(), metrics);
    let get = async |path: &str| {
        use http_body_util::BodyExt;
        use tower::ServiceExt;
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = admin.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    assert_eq!(get("/livez").await, "alive\n");
    assert_eq!(get("/readyz").await, "ready\n");
    assert!(get("/healthz").await.contains(r#""writable":true"#));
    let metrics = get("/metrics").await;
    for line in [
        "scrip_http_requests_total{route=\"POST /v1/mints\",status=\"201\"} 1".to_owned(),
        "scrip_http_request_seconds_count{route=\"POST /v1/mints\"} 1".to_owned(),
        format!(
            "scrip_supply_minor_units{{currency=\"{}\"}} 500",
            world.gold
        ),
        "scrip_ledger_sequence 1".to_owned(),
        "scrip_up 1".to_owned(),
    ] {
        assert!(
            metrics.lines().any(|there| there == line),
            "{line}\n{metrics}"
        );
    }
}

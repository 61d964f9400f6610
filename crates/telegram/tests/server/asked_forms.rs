//! The ways in which init data may come, and who may call from a page.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::json;

use crate::{signer::encoded, world::World};

#[tokio::test]
async fn init_data_comes_in_the_header_the_query_or_the_body() {
    let world = World::new().await;
    let raw = world.signed(7);
    let get = |uri: &str, header: Option<String>| {
        let mut request = Request::builder().uri(uri);
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        request.body(Body::empty()).unwrap()
    };
    let query = encoded(&raw);
    for request in [
        get("/purchases", Some(format!("tma {raw}"))),
        get("/purchases", Some(format!("TMA {raw}"))),
        get(&format!("/purchases?init_data={query}"), None),
        get(&format!("/purchases?x=1&auth={query}"), None),
    ] {
        let words = format!("{request:?}");
        let answer = world.send(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{words}: {}", answer.body);
        assert_eq!(answer.body, json!({"ok": true, "purchases": []}));
    }
    for name in ["init_data", "tg_data"] {
        let body = json!({name: raw});
        let request =
            Request::post("/run").header("content-type", "application/json; charset=utf-8");
        let answer = world
            .send(request.body(body.to_string().into()).unwrap())
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_whole_play_with_init_data_in_its_bodies() {
    let world = World::new().await;
    let run = world.flown(7, 3).await;
    let body = run.with(json!({"tg_data": world.signed(7)}));
    let request = Request::post("/played").header("content-type", "application/json");
    let answer = world
        .send(request.body(body.to_string().into()).unwrap())
        .await;
    assert_eq!(answer.body["tokens"], "1.00");
}

#[tokio::test]
async fn only_the_games_own_pages_may_call() {
    let world = World::new().await;
    let ask = async |method: &str, origin: &str| {
        let request = Request::builder()
            .method(method)
            .uri("/config")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            );
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        let allowed = answer.headers.get("access-control-allow-origin");
        allowed.map(|origin| origin.to_str().unwrap().to_owned())
    };
    let game = "https://game.example";
    assert_eq!(ask("GET", game).await.as_deref(), Some(game));
    assert_eq!(ask("OPTIONS", game).await.as_deref(), Some(game));
    assert_eq!(ask("GET", "https://evil.example").await, None);
    assert_eq!(ask("OPTIONS", "https://game.example.evil").await, None);
    let nobody = World::with(|config| config.game_origin = None).await;
    let request = Request::builder().uri("/config").header("origin", game);
    let answer = nobody.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.headers.get("access-control-allow-origin"), None);
}

#[tokio::test]
async fn no_answer_is_kept_by_others() {
    let world = World::new().await;
    let answer = world.get(7, "/me").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers["content-type"], "application/json");
}

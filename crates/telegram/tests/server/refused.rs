//! Every refusal, as it is read.

use app::Clock;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};

use crate::{
    signer::{TOKEN, encoded, init_data, signed},
    world::{Answer, World},
};

fn shown(answer: &Answer) -> Value {
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.body["status"], answer.status.as_u16());
    answer.body.clone()
}

#[tokio::test]
async fn init_data_that_is_not_taken() {
    let world = World::new().await;
    let now = world.now_secs();
    let good = world.signed(7);
    let date = now.to_string();
    let with = |fields: &[(&str, &str)]| signed(fields, TOKEN);
    let mut refusals = Vec::new();
    for (what, raw) in [
        ("nothing", None),
        ("no init data", Some("hello".to_owned())),
        ("too long", Some("x".repeat(9_000))),
        ("not decodable", Some(good.replace("%7B", "%7"))),
        ("a field twice", Some(format!("{good}&query_id=q"))),
        (
            "no hash",
            Some(good.split("&hash=").next().unwrap().to_owned()),
        ),
        ("encoded twice", Some(encoded(&good))),
        ("values encoded twice", Some(good.replace('%', "%25"))),
        ("changed", Some(good.replace("Player7", "Player8"))),
        (
            "another bot's",
            Some(signed(
                &[("auth_date", &date), ("user", r#"{"id":7}"#)],
                "43:x",
            )),
        ),
        ("no date", Some(with(&[("user", r#"{"id":7}"#)]))),
        ("from the future", Some(init_data(7, "Ann", now + 61))),
        ("too old", Some(init_data(7, "Ann", now - 3_601))),
        (
            "replayed a day later",
            Some(init_data(7, "Ann", now - 86_400)),
        ),
        ("no user", Some(with(&[("auth_date", &date)]))),
        (
            "no good user",
            Some(with(&[("auth_date", &date), ("user", r#"{"id":0}"#)])),
        ),
    ] {
        let mut request = Request::builder().uri("/me");
        if let Some(raw) = raw {
            request = request.header("authorization", format!("tma {raw}"));
        }
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}");
        assert_eq!(answer.headers["www-authenticate"], "tma");
        refusals.push(json!({what: shown(&answer)}));
    }
    insta::assert_json_snapshot!("init_data_that_is_not_taken", refusals);
    let seen = world.app.store().player(crate::world::user(7)).await;
    assert_eq!(seen.unwrap(), None, "nobody came in");
}

#[tokio::test]
async fn requests_that_cannot_be_read() {
    let world = World::new().await;
    let mut refusals = Vec::new();
    for (what, route, kind, body) in [
        (
            "not JSON by its type",
            "POST /played",
            "text/plain",
            "{}".to_owned(),
        ),
        ("no type", "POST /played", "", "{}".to_owned()),
        (
            "broken",
            "POST /played",
            "application/json",
            "{\"run\":".to_owned(),
        ),
        ("nothing", "POST /played", "application/json", String::new()),
        (
            "a list",
            "POST /played",
            "application/json",
            "[]".to_owned(),
        ),
        (
            "a member twice",
            "POST /played",
            "application/json",
            r#"{"run":"a","run":"b","score":1}"#.into(),
        ),
        (
            "a negative score",
            "POST /played",
            "application/json",
            r#"{"run":"a","score":-1}"#.into(),
        ),
        (
            "a score with a point",
            "POST /played",
            "application/json",
            r#"{"run":"a","score":1.5}"#.into(),
        ),
        (
            "a score that is too large",
            "POST /played",
            "application/json",
            r#"{"run":"a","score":4294967296}"#.into(),
        ),
        (
            "no run",
            "POST /played",
            "application/json",
            r#"{"run":"a","score":1}"#.into(),
        ),
        (
            "too large",
            "POST /played",
            "application/json",
            " ".repeat(262_145),
        ),
        (
            "no such path",
            "POST /play",
            "application/json",
            "{}".into(),
        ),
        ("another method", "GET /played", "", String::new()),
    ] {
        let mut request = world.request(7, route);
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        let answer = world.send(request.body(body.into()).unwrap()).await;
        assert!(answer.status.is_client_error(), "{what}: {}", answer.body);
        refusals.push(json!({what: shown(&answer)}));
    }
    insta::assert_json_snapshot!("requests_that_cannot_be_read", refusals);
    assert_eq!(world.plays(7).await, 0);
}

#[tokio::test]
async fn runs_that_do_not_count() {
    let world = World::new().await;
    let run = world.flown(7, 12).await;
    let mut broken = run.id.clone();
    broken.replace_range(3..4, if &run.id[3..4] == "A" { "B" } else { "A" });
    let many: Vec<u32> = (0..20_001).collect();
    let mut refusals = Vec::new();
    for (what, body) in [
        ("made up", run.with(json!({"run": "A".repeat(54)}))),
        ("changed", run.with(json!({"run": broken}))),
        ("too little", run.with(json!({"score": 11}))),
        ("too much", run.with(json!({"score": 13}))),
        ("no flaps", run.with(json!({"flaps": null}))),
        ("flaps in no order", run.with(json!({"flaps": [5, 6, 6]}))),
        (
            "a flap after the end",
            run.with(json!({"flaps": [1, 50_000]})),
        ),
        ("too many flaps", run.with(json!({"flaps": many}))),
    ] {
        let answer = world.post(7, "/played", body).await;
        refusals.push(json!({what: shown(&answer)}));
    }
    let answer = world.post(8, "/played", run.body()).await;
    refusals.push(json!({"of somebody else": shown(&answer)}));
    world.clock.set(world.clock.now_ms() - 20_000);
    let answer = world.post(7, "/played", run.body()).await;
    refusals.push(json!({"faster than time": answer.problem()}));
    world.pass_secs(86_400);
    world.pass_secs(60);
    let answer = world.post(7, "/played", run.body()).await;
    refusals.push(json!({"too old": shown(&answer)}));
    // Where each flap is depends on the seed.
    let text = serde_json::to_string(&refusals).unwrap();
    let text = without_ticks(&text);
    let refusals: Value = serde_json::from_str(&text).unwrap();
    insta::assert_json_snapshot!("runs_that_do_not_count", refusals);
    assert_eq!(world.plays(7).await, 0);
}

/// Ends of runs differ with their seeds.
fn without_ticks(text: &str) -> String {
    let mut parts = text.split("ended at tick ");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        out.push_str("ended at tick [tick]");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

#[tokio::test]
async fn a_player_asks_so_often_and_others_are_not_held_up() {
    let world = World::with(|config| config.requests_per_minute = 10).await;
    for _ in 0..10 {
        world.read(7, "/purchases").await;
    }
    let answer = world.get(7, "/purchases").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers["retry-after"], "6");
    insta::assert_json_snapshot!("too_many_requests", shown(&answer));
    world.read(8, "/purchases").await;
    world.pass_secs(6);
    world.read(7, "/purchases").await;
}

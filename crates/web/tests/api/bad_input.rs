use axum::body::Body;
use serde_json::json;

use crate::world::{Answer, World};

async fn post(world: &World, body: &str) -> Answer {
    let request = world
        .request("POST", "/v1/transfers")
        .header("content-type", "application/json")
        .header("idempotency-key", world.fresh())
        .body(Body::from(body.to_owned()))
        .unwrap();
    world.send(request).await
}

#[tokio::test]
async fn amounts_are_plain_decimal_texts() {
    let world = World::new().await;
    world.mint("app:alice", world.gold, "10").await;
    let check = async |amount: &str, status: u16, problem: &str| {
        let body = format!(
            r#"{{"from":"app:alice","to":"app:bob","currency":"{}","amount":{amount}}}"#,
            world.gold
        );
        let answer = post(&world, &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem()),
            (status, problem),
            "{amount}: {}",
            answer.body
        );
    };
    check(r#""0""#, 422, "amount-zero").await;
    check(r#""0.00""#, 422, "amount-zero").await;
    check(r#""9007199254740993""#, 409, "not-enough").await;
    check(r#""92233720368547758.07""#, 409, "not-enough").await;
    for amount in [
        "1",
        "1.5",
        "-1",
        "1e3",
        "9007199254740993",
        "null",
        "true",
        "[]",
        "{}",
        "\"-1\"",
        "\"1e3\"",
        "\"1E999999999\"",
        "\"０\"",
        "\"１２\"",
        "\"٣\"",
        "\"\"",
        "\" \"",
        "\"1,5\"",
        "\"1_000\"",
        "\"+1\"",
        "\"0x10\"",
        "\"NaN\"",
        "\"Infinity\"",
        "\"🪙\"",
        "\"\\u202e1\"",
        "\"1\\u0000\"",
        "\"0.001\"",
        "\"92233720368547758.08\"",
        "\"9223372036854775808\"",
        "\"1.2.3\"",
    ] {
        check(amount, 422, "invalid-field").await;
    }
    let long = format!("\"{}\"", "9".repeat(100_000));
    check(&long, 422, "invalid-field").await;
    assert_eq!(world.balance("app:alice", world.gold).await, "10.00");
}

#[tokio::test]
async fn bodies_that_are_not_what_they_must_be_are_problems() {
    let world = World::new().await;
    let gold = world.gold;
    let check = async |body: String, status: u16, problem: &str, field: Option<&str>| {
        let shown: String = body.chars().take(100).collect();
        let answer = post(&world, &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem()),
            (status, problem),
            "{shown}: {}",
            answer.body
        );
        assert_eq!(answer.body["field"].as_str(), field, "{shown}");
    };
    let malformed = [
        "",
        "{",
        "nonsense",
        "{\"from\":}",
        "\u{feff}{}",
        "{\"from\":\"\u{1}\"}",
    ];
    for body in malformed {
        check(body.into(), 400, "malformed-json", None).await;
    }
    check(
        format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)),
        422,
        "invalid-field",
        Some("[0]"),
    )
    .await;
    let nested = format!(r#"{{"from":{}1{}}}"#, "[".repeat(1_000), "]".repeat(1_000));
    check(nested, 422, "invalid-field", Some("from")).await;
    check("[]".into(), 422, "invalid-field", Some(".")).await;
    check("{}".into(), 422, "invalid-field", Some("from")).await;
    let money =
        |amount: &str| format!(r#"{{"from":"app:a","to":"app:b","currency":"{gold}",{amount}}}"#);
    check(
        money(r#""amount":"1","amount":"2""#),
        422,
        "invalid-field",
        Some("amount"),
    )
    .await;
    check(
        money(r#""amount":"1","amuont":"2""#),
        422,
        "invalid-field",
        Some("amuont"),
    )
    .await;
    check(
        money(r#""amount":"1","site":{"class":"x"}"#),
        422,
        "invalid-field",
        Some("site.class"),
    )
    .await;
    check(money(r#""amount":"1"} {"#), 400, "malformed-json", None).await;
    for holder in [
        "alice",
        "",
        "mars:1",
        "discord:abc",
        "discord:-1",
        "app:a b",
        "app:\\u0007",
        "0",
        "-1",
        "１２",
    ] {
        let body =
            format!(r#"{{"from":"{holder}","to":"app:b","currency":"{gold}","amount":"1"}}"#);
        check(body, 422, "invalid-field", Some("from")).await;
    }
    for currency in ["gold", "0", "-1", "9223372036854775808", "1e3", ""] {
        let body =
            format!(r#"{{"from":"app:a","to":"app:b","currency":"{currency}","amount":"1"}}"#);
        check(body, 422, "invalid-field", Some("currency")).await;
    }
    check(
        money(&format!(r#""amount":"1","reason":"{}""#, "x".repeat(501))),
        422,
        "invalid-field",
        Some("reason"),
    )
    .await;
    check(
        money(r#""amount":"1","reference":"\u0000""#),
        422,
        "invalid-field",
        Some("reference"),
    )
    .await;
}

#[tokio::test]
async fn other_content_and_too_much_of_it_are_refused() {
    let world = World::new().await;
    for content in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/jsonp",
        "",
    ] {
        let request = world
            .request("POST", "/v1/mints")
            .header("content-type", content)
            .header("idempotency-key", "k")
            .body(Body::from("{}"))
            .unwrap();
        let answer = world.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem()),
            (415, "not-json"),
            "{content}"
        );
    }
    let large = post(&world, &" ".repeat(2 * 1024 * 1024 + 1)).await;
    assert_eq!(
        (large.status.as_u16(), large.problem()),
        (413, "body-too-large")
    );
}

#[tokio::test]
async fn idempotency_keys_are_visible_ascii() {
    let world = World::new().await;
    let body = json!({"to": "app:alice", "currency": world.gold, "amount": "1"});
    for key in ["", "a b", &"k".repeat(256), "ключ"] {
        let request = world
            .request("POST", "/v1/mints")
            .header("content-type", "application/json")
            .header("idempotency-key", key.as_bytes())
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = world.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["field"]),
            (400, &json!("Idempotency-Key")),
            "{key}"
        );
    }
}

#[tokio::test]
async fn paths_and_queries_are_checked() {
    let world = World::new().await;
    for path in [
        "/v1/transactions/0",
        "/v1/transactions/1e3",
        "/v1/transactions/%F0%9F%AA%99",
        "/v1/transactions?limit=0",
        "/v1/transactions?limit=101",
        "/v1/transactions?limit=-1",
        "/v1/transactions?kind=theft",
        "/v1/transactions?site=-1",
        "/v1/transactions?from=yesterday",
        "/v1/transactions?unknown=1",
        "/v1/transactions?cursor=abc",
        "/v1/holders/nobody",
        "/v1/holders/discord:x",
        "/v1/flows?from=2026-13-01",
        "/v1/flows?from=2026-11-02&to=2026-11-01",
        "/v1/leaderboards/1?cursor=9999999999",
        "/v1/events?after=-1",
        "/v1/notes",
    ] {
        let answer = world.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem()),
            (400, "bad-request"),
            "{path}: {}",
            answer.body
        );
    }
}

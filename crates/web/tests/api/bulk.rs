use axum::body::Body;
use serde_json::{Value, json};

use crate::world::{World, everything};

fn write(key: &str, write: Value) -> Value {
    json!({"idempotency_key": key, "write": write})
}

#[tokio::test]
async fn each_write_is_answered_for_itself_and_sees_the_earlier_ones() {
    let world = World::new().await;
    let gold = world.gold;
    let bulk = json!({"writes": [
        write("a", json!({"mint": {"to": "app:alice", "currency": gold, "amount": "5"}})),
        write("b", json!({"transfer": {"from": "app:alice", "to": "app:bob", "currency": gold, "amount": "4"}})),
        write("c", json!({"transfer": {"from": "app:alice", "to": "app:bob", "currency": gold, "amount": "4"}})),
        write("d", json!({"burn": {"from": "app:bob", "currency": gold, "amount": "1e3"}})),
        write("e", json!({"burn": {"from": "app:bob", "currency": "999", "amount": "1"}})),
        write("f", json!({"burn": {"from": 17, "currency": gold, "amount": "1"}})),
        write("", json!({"burn": {"from": "app:bob", "currency": gold, "amount": "1"}})),
        write("a", json!({"mint": {"to": "app:alice", "currency": gold, "amount": "5"}})),
        write("b", json!({"mint": {"to": "app:alice", "currency": gold, "amount": "5"}})),
        write("g", json!({"reward": {"to": "app:bob", "currency": gold, "amount": "2"}})),
    ]});
    let answer = world.write("POST /v1/bulk", bulk).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let results = answer.body["results"].as_array().unwrap();
    let told: Vec<_> = results
        .iter()
        .map(|result| {
            let problem = result["problem"]["type"].as_str().unwrap_or("");
            (
                result["status"].as_u64().unwrap(),
                problem.replace("urn:scrip:problem:", ""),
            )
        })
        .collect();
    let told: Vec<_> = told
        .iter()
        .map(|(status, problem)| (*status, &**problem))
        .collect();
    assert_eq!(
        told,
        [
            (201, ""),
            (201, ""),
            (409, "not-enough"),
            (422, "invalid-field"),
            (404, "unknown-currency"),
            (422, "invalid-field"),
            (400, "bad-request"),
            (201, ""),
            (422, "idempotency-key-reused"),
            (201, ""),
        ]
    );
    assert_eq!(results[5]["problem"]["field"], "writes[5].write.burn.from");
    assert_eq!(results[7]["replayed"], true);
    assert_eq!(world.balance("app:alice", gold).await, "1.00");
    assert_eq!(world.balance("app:bob", gold).await, "6.00");
}

#[tokio::test]
async fn a_request_has_one_to_a_thousand_writes() {
    let world = World::new().await;
    let mint = json!({"mint": {"to": "app:alice", "currency": world.gold, "amount": "0.01"}});
    let bulk = |count: usize| json!({"writes": (0..count).map(|n| write(&format!("k{n}"), mint.clone())).collect::<Vec<_>>()});
    for count in [0, 1_001] {
        let answer = world.write("POST /v1/bulk", bulk(count)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["field"]),
            (422, &json!("writes"))
        );
    }
    let answer = world.write("POST /v1/bulk", bulk(1_000)).await;
    assert_eq!(answer.body["results"].as_array().map(Vec::len), Some(1_000));
    assert_eq!(world.balance("app:alice", world.gold).await, "10.00");
}

#[tokio::test]
async fn each_write_needs_its_own_scope_and_minimal_answers_are_short() {
    let mut world = World::new().await;
    let gold = world.gold;
    world.key = world.key_for("minter", &[app::Scope::Mint]).await;
    let bulk = json!({"writes": [
        write("a", json!({"mint": {"to": "app:alice", "currency": gold, "amount": "5"}})),
        write("b", json!({"burn": {"from": "app:alice", "currency": gold, "amount": "5"}})),
    ]});
    let request = world
        .request("POST", "/v1/bulk")
        .header("content-type", "application/json")
        .header("prefer", "respond-async, return=minimal")
        .body(Body::from(bulk.to_string()))
        .unwrap();
    let results = world.send(request).await.body["results"].clone();
    assert_eq!(results[0]["status"], 201);
    assert!(results[0]["receipt"].get("transfers").is_none());
    assert_eq!(results[1]["problem"]["scope"], "burn");
    world.key = world.new_key("all", everything()).await.0;
    assert_eq!(world.balance("app:alice", gold).await, "5.00");
}

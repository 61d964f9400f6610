//! What a refused caller reads.

use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn every_refusal_of_the_ledger_says_what_happened() {
    let world = World::new().await;
    let (gold, gems) = (world.gold, world.gems);
    let elsewhere = world.new_group("elsewhere").await;
    let shells = world.new_currency(elsewhere, "shells", 0).await;
    let mint = world.mint("app:alice", gold, "1").await;
    let holder = world.get("/v1/holders/app:alice").await.body["id"].clone();
    let note = world.done("POST /v1/notes", json!({"sender": "app:alice", "recipient": "app:bob", "currency": gold, "amount": "0.1"})).await;
    let hold = world
        .done(
            "POST /v1/holds",
            json!({"holder": "app:alice", "currency": gold, "amount": "0.1"}),
        )
        .await;
    let (note_id, hold_id) = (
        note["note"].as_str().unwrap(),
        hold["hold"].as_str().unwrap(),
    );
    let transfer = |from: &Value, to: &str, amount: &str| json!({"from": from, "to": to, "currency": gold, "amount": amount});
    let alice = json!("app:alice");
    let exchange =
        |to, amount: &str| json!({"holder": "app:alice", "from": gold, "to": to, "amount": amount});
    let mut seen = Vec::new();
    let mut refused = async |route: String, body: Value| {
        let answer = world.write(&route, body).await;
        seen.push((answer.problem().to_owned(), world.named(&answer.body)));
    };
    refused("POST /v1/reversals".into(), json!({"transaction": "7"})).await;
    refused(
        "POST /v1/notes/7/revoke".into(),
        json!({"sender": "app:alice"}),
    )
    .await;
    refused("POST /v1/holds/7/release".into(), json!(null)).await;
    refused(
        "POST /v1/mints".into(),
        json!({"to": "app:alice", "currency": "7", "amount": "1"}),
    )
    .await;
    refused(
        "POST /v1/burns".into(),
        json!({"from": "7", "currency": gold, "amount": "1"}),
    )
    .await;
    refused(
        "POST /v1/transfers".into(),
        transfer(&alice, "app:bob", "0"),
    )
    .await;
    refused(
        "POST /v1/transfers".into(),
        transfer(&alice, holder.as_str().unwrap(), "1"),
    )
    .await;
    refused(
        "POST /v1/transfers".into(),
        transfer(&alice, "app:bob", "2.5"),
    )
    .await;
    refused("POST /v1/exchanges".into(), exchange(shells, "0.5")).await;
    refused("POST /v1/exchanges".into(), exchange(gems, "0.5")).await;
    world
        .done(
            &format!("PUT /v1/rates/{gold}/{gems}"),
            json!({"rate": "1"}),
        )
        .await;
    refused("POST /v1/exchanges".into(), exchange(gems, "0.5")).await;
    let mut quoted = exchange(gems, "0.5");
    quoted["quoted"] = json!({"num": "1", "den": "7"});
    refused("POST /v1/exchanges".into(), quoted).await;
    refused(
        "POST /v1/notes/redeem".into(),
        json!({"token": note["token"], "recipient": "app:carol"}),
    )
    .await;
    refused(
        format!("POST /v1/notes/{note_id}/revoke"),
        json!({"sender": "app:bob"}),
    )
    .await;
    world
        .done(
            "POST /v1/notes/redeem",
            json!({"token": note["token"], "recipient": "app:bob"}),
        )
        .await;
    refused(
        "POST /v1/notes/redeem".into(),
        json!({"token": note["token"], "recipient": "app:bob"}),
    )
    .await;
    let other = world.done("POST /v1/notes", json!({"sender": "app:alice", "recipient": "app:bob", "currency": gold, "amount": "0.1"})).await;
    world
        .done(
            &format!("POST /v1/notes/{}/revoke", other["note"].as_str().unwrap()),
            json!({"sender": "app:alice"}),
        )
        .await;
    refused(
        "POST /v1/notes/redeem".into(),
        json!({"token": other["token"], "recipient": "app:bob"}),
    )
    .await;
    refused(
        format!("POST /v1/holds/{hold_id}/capture"),
        json!({"amount": "0.2"}),
    )
    .await;
    world
        .done(&format!("POST /v1/holds/{hold_id}/release"), json!(null))
        .await;
    refused(format!("POST /v1/holds/{hold_id}/release"), json!(null)).await;
    refused("POST /v1/reversals".into(), json!({"transaction": note_id})).await;
    let small = world.mint("app:dora", gold, "0.1").await;
    world
        .done(
            "POST /v1/reversals",
            json!({"transaction": small["transaction"]}),
        )
        .await;
    refused(
        "POST /v1/reversals".into(),
        json!({"transaction": small["transaction"]}),
    )
    .await;
    refused(
        "POST /v1/reversals".into(),
        json!({"transaction": mint["transaction"]}),
    )
    .await;
    refused(
        "POST /v1/mints".into(),
        json!({"to": "app:alice", "currency": gems, "amount": "4611686018427387905"}),
    )
    .await;
    world
        .write("POST /v1/holders/app:alice/freeze", json!({}))
        .await;
    refused(
        "POST /v1/transfers".into(),
        transfer(&alice, "app:bob", "0.1"),
    )
    .await;
    world
        .done(
            &format!("PATCH /v1/currencies/{gold}"),
            json!({"state": "frozen"}),
        )
        .await;
    refused(
        "POST /v1/transfers".into(),
        transfer(&alice, "app:bob", "0.1"),
    )
    .await;
    for (at, (kind, problem)) in seen.into_iter().enumerate() {
        insta::assert_json_snapshot!(format!("{at:02}-{kind}"), problem);
    }
}

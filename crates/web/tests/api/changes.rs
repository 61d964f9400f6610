use app::{Scope, Scopes};
use serde_json::json;

use crate::world::{World, everything};

#[tokio::test]
async fn currencies_are_made_frozen_and_made_active_again() {
    let world = World::new().await;
    let made = world
        .done("POST /v1/currencies", json!({"group": world.group, "name": "silver", "symbol": "🥈", "decimals": 3, "class": "premium"}))
        .await;
    let path = format!("/v1/currencies/{}", made["id"].as_str().unwrap());
    assert_eq!(world.get(&path).await.body, made);
    let mint = json!({"to": "app:alice", "currency": made["id"], "amount": "1.001"});
    world.done("POST /v1/mints", mint.clone()).await;
    let frozen = world
        .done(&format!("PATCH {path}"), json!({"state": "frozen"}))
        .await;
    assert_eq!(
        (&frozen["state"], &frozen["symbol"]),
        (&json!("frozen"), &json!("🥈"))
    );
    assert_eq!(
        world.write("POST /v1/mints", mint.clone()).await.problem(),
        "currency-frozen"
    );
    world
        .done(
            &format!("PATCH {path}"),
            json!({"state": "active", "symbol": "S"}),
        )
        .await;
    world.done("POST /v1/mints", mint).await;
    let listed = world
        .get(&format!("/v1/currencies?group={}", world.group))
        .await
        .body;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn names_are_checked_and_taken_once() {
    let world = World::new().await;
    let check = async |body: serde_json::Value, status: u16, problem: &str| {
        let answer = world.write("POST /v1/currencies", body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem()),
            (status, problem),
            "{}",
            answer.body
        );
    };
    let currency = |name: &str| json!({"group": world.group, "name": name});
    for name in ["", "g", "zwölf", "a b", "🪙🪙", "x\u{0}", &"x".repeat(33)] {
        check(currency(name), 422, "invalid-field").await;
    }
    check(
        json!({"group": world.group, "name": "deep", "decimals": 10}),
        422,
        "invalid-field",
    )
    .await;
    check(
        json!({"group": world.group, "name": "deep", "decimals": 256}),
        422,
        "invalid-field",
    )
    .await;
    check(json!({"group": "123", "name": "lost"}), 404, "unknown").await;
    check(currency("gold"), 409, "exists").await;
}

#[tokio::test]
async fn groups_are_made_and_listed() {
    let world = World::new().await;
    let made = world
        .done(
            "POST /v1/groups",
            json!({"kind": "single", "name": "another 🎲"}),
        )
        .await;
    let path = format!("/v1/groups/{}", made["id"].as_str().unwrap());
    assert_eq!(world.get(&path).await.body, made);
    assert_eq!(
        world.get("/v1/groups").await.body["items"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert_eq!(world.get("/v1/groups/999").await.status, 404);
    let blank = world
        .write("POST /v1/groups", json!({"kind": "single", "name": "  "}))
        .await;
    assert_eq!(blank.body["field"], "name");
}

#[tokio::test]
async fn a_rate_that_makes_money_must_be_confirmed() {
    let world = World::new().await;
    let (gold, gems) = (world.gold, world.gems);
    let there = format!("/v1/rates/{gold}/{gems}");
    let back = format!("PUT /v1/rates/{gems}/{gold}");
    let set = world
        .done(&format!("PUT {there}"), json!({"rate": "2"}))
        .await;
    assert_eq!(
        (&set["rate"], &set["minor_units"]),
        (&json!("2"), &json!({"num": "1", "den": "50"}))
    );
    world.done(&back, json!({"rate": "0.5"})).await;
    let warned = world.write(&back, json!({"rate": "0.51"})).await;
    assert_eq!(
        (warned.status.as_u16(), warned.problem()),
        (409, "arbitrage")
    );
    assert_eq!(warned.body["cycle"].as_array().map(Vec::len), Some(2));
    let rates = world.get("/v1/rates").await.body;
    assert!(
        rates["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|rate| rate["rate"] == "0.5")
    );
    world
        .done(&back, json!({"rate": "0.51", "confirm": true}))
        .await;
    let removed = world.write(&format!("DELETE {there}"), json!({})).await;
    assert_eq!(removed.status, 204);
    assert_eq!(
        world.get("/v1/rates").await.body["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    for rate in [
        "0",
        "-1",
        "1e3",
        "",
        "１",
        "1/0",
        "∞",
        "0.0000000000000000001",
    ] {
        let answer = world.write(&back, json!({"rate": rate})).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["field"]),
            (422, &json!("rate")),
            "{rate}"
        );
    }
}

#[tokio::test]
async fn a_frozen_holder_moves_nothing() {
    let world = World::new().await;
    let ensured = world.write("PUT /v1/holders/discord:7", json!(null)).await;
    assert_eq!(ensured.status, 200);
    let id = ensured.body["id"].as_str().unwrap().to_owned();
    assert_eq!(
        world.get(&format!("/v1/holders/{id}")).await.body,
        ensured.body
    );
    assert_eq!(ensured.body["identities"], json!(["discord:7"]));
    world.mint("discord:7", world.gold, "5").await;
    assert_eq!(
        world
            .write(
                "POST /v1/holders/discord:7/freeze",
                json!({"reason": "cheating"})
            )
            .await
            .status,
        204
    );
    assert_eq!(
        world.get(&format!("/v1/holders/{id}")).await.body["standing"],
        "frozen"
    );
    let burn = json!({"from": "discord:7", "currency": world.gold, "amount": "1"});
    assert_eq!(
        world.write("POST /v1/burns", burn.clone()).await.problem(),
        "holder-frozen"
    );
    assert_eq!(
        world
            .write(&format!("POST /v1/holders/{id}/unfreeze"), json!({}))
            .await
            .status,
        204
    );
    world.done("POST /v1/burns", burn).await;
    assert_eq!(world.get("/v1/holders/discord:8").await.status, 404);
}

#[tokio::test]
async fn a_key_is_held_to_its_currencies_and_its_cap() {
    let mut world = World::new().await;
    let (gold, gems) = (world.gold, world.gems);
    let mint = world.mint("app:alice", gold, "10").await;
    let note = world
        .done(
            "POST /v1/notes",
            json!({"sender": "app:alice", "recipient": "app:bob", "currency": gold, "amount": "1"}),
        )
        .await;
    let hold = world
        .done(
            "POST /v1/holds",
            json!({"holder": "app:alice", "currency": gold, "amount": "1"}),
        )
        .await;
    world
        .done(
            &format!("PUT /v1/rates/{gems}/{gold}"),
            json!({"rate": "1000"}),
        )
        .await;
    world.mint("app:alice", gems, "10").await;
    let scopes = Scopes {
        currencies: vec![gems],
        ..everything()
    };
    world.key = world.new_key("gems only", scopes).await.0;
    let check =
        async |world: &World, route: &str, body: serde_json::Value, status: u16, problem: &str| {
            let answer = world.write(route, body).await;
            assert_eq!(
                (answer.status.as_u16(), answer.problem()),
                (status, problem),
                "{route}: {}",
                answer.body
            );
        };
    let not_allowed = "currency-not-allowed";
    check(
        &world,
        "POST /v1/mints",
        json!({"to": "app:alice", "currency": gold, "amount": "1"}),
        403,
        not_allowed,
    )
    .await;
    check(
        &world,
        "POST /v1/exchanges",
        json!({"holder": "app:alice", "from": gems, "to": gold, "amount": "1"}),
        403,
        not_allowed,
    )
    .await;
    check(
        &world,
        "POST /v1/reversals",
        json!({"transaction": mint["transaction"]}),
        403,
        not_allowed,
    )
    .await;
    check(
        &world,
        "POST /v1/notes/redeem",
        json!({"token": note["token"], "recipient": "app:bob"}),
        403,
        not_allowed,
    )
    .await;
    let id = note["note"].as_str().unwrap();
    check(
        &world,
        &format!("POST /v1/notes/{id}/revoke"),
        json!({"sender": "app:alice"}),
        403,
        not_allowed,
    )
    .await;
    let id = hold["hold"].as_str().unwrap();
    check(
        &world,
        &format!("POST /v1/holds/{id}/capture"),
        json!({}),
        403,
        not_allowed,
    )
    .await;
    check(
        &world,
        &format!("POST /v1/holds/{id}/release"),
        json!(null),
        403,
        not_allowed,
    )
    .await;
    check(
        &world,
        &format!("PATCH /v1/currencies/{gold}"),
        json!({"state": "frozen"}),
        403,
        not_allowed,
    )
    .await;
    check(
        &world,
        &format!("PUT /v1/rates/{gems}/{gold}"),
        json!({"rate": "1"}),
        403,
        not_allowed,
    )
    .await;
    check(
        &world,
        "POST /v1/webhooks",
        json!({"url": "https://shop.example/"}),
        422,
        "invalid-field",
    )
    .await;
    let id = mint["transaction"].as_str().unwrap();
    assert_eq!(
        world.get(&format!("/v1/transactions/{id}")).await.status,
        404
    );
    assert_eq!(
        world.get(&format!("/v1/currencies/{gold}")).await.status,
        403
    );
    assert_eq!(
        world.get(&format!("/v1/leaderboards/{gold}")).await.status,
        403
    );
    assert_eq!(
        world.balance("app:alice", gold).await,
        "0",
        "the wallet shows only gems"
    );
    let listed = world.get("/v1/transactions").await.body;
    assert!(
        listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|t| t["transfers"][0]["currency"] == gems.to_string())
    );

    let scopes = Scopes {
        cap: Some(500),
        ..everything()
    };
    world.key = world.new_key("small sums", scopes).await.0;
    check(
        &world,
        "POST /v1/mints",
        json!({"to": "app:alice", "currency": gold, "amount": "5.01"}),
        403,
        "above-cap",
    )
    .await;
    check(
        &world,
        "POST /v1/exchanges",
        json!({"holder": "app:alice", "from": gems, "to": gold, "amount": "1"}),
        403,
        "above-cap",
    )
    .await;
    world.mint("app:alice", gold, "5").await;
}

#[tokio::test]
async fn a_revoked_key_is_no_key() {
    let mut world = World::new().await;
    let (secret, key) = world.new_key("short lived", everything()).await;
    world.key = secret;
    assert_eq!(world.get("/v1/currencies").await.status, 200);
    world
        .change(app::Change::ApiKeyRevoke { key: key.id })
        .await;
    world.clock.set(crate::world::NOW_MS + 3_001);
    assert_eq!(world.get("/v1/currencies").await.status, 401);
    assert_eq!(world.get("/v1/currencies").await.status, 401);
    world.key = world.key_for("reader", &[Scope::Read]).await;
    assert_eq!(world.get("/v1/currencies").await.status, 200);
}

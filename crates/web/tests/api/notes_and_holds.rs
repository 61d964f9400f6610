use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_note_is_redeemed_once_by_its_recipient() {
    let world = World::new().await;
    let gold = world.gold;
    world.mint("app:alice", gold, "10").await;
    let body =
        json!({"sender": "app:alice", "recipient": "discord:7", "currency": gold, "amount": "2.5"});
    let note = world.done("POST /v1/notes", body).await;
    let token = note["token"].as_str().unwrap();
    let claims = world.config.notes.read(token).unwrap();
    assert_eq!(
        (&*claims.amount, claims.recipient.to_string()),
        ("2.50", "discord:7".into())
    );
    assert_eq!(claims.issuer, "https://scrip.example");
    let keys = world.get("/.well-known/jwks.json").await.body;
    assert_eq!(keys, world.config.notes.keys().jwks());

    let path = format!("/v1/notes/{}", note["note"].as_str().unwrap());
    let shown = world.get(&path).await.body;
    assert_eq!(
        (&shown["state"], &shown["token"]),
        (&json!("open"), &note["token"])
    );
    let redeem = |recipient: &str| json!({"token": token, "recipient": recipient});
    let other = world
        .write("POST /v1/notes/redeem", redeem("discord:8"))
        .await;
    assert_eq!(
        (other.status.as_u16(), other.problem()),
        (403, "note-for-somebody-else")
    );
    world
        .done("POST /v1/notes/redeem", redeem("discord:7"))
        .await;
    let again = world
        .write("POST /v1/notes/redeem", redeem("discord:7"))
        .await;
    assert_eq!(
        (again.status.as_u16(), again.problem()),
        (409, "note-redeemed")
    );
    assert_eq!(world.balance("discord:7", gold).await, "2.50");
    let shown = world.get(&path).await.body;
    assert_eq!(shown["state"], "redeemed");
    assert!(shown.get("token").is_none());
}

#[tokio::test]
async fn a_text_that_is_no_note_is_said_to_be_none() {
    let world = World::new().await;
    for token in [
        "",
        "a.b.c",
        "eyJhbGciOiJub25lIn0.e30.",
        &"x".repeat(5_000),
        "🪙",
    ] {
        let body = json!({"token": token, "recipient": "discord:7"});
        let answer = world.write("POST /v1/notes/redeem", body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem()),
            (422, "not-a-note"),
            "{token}"
        );
    }
}

#[tokio::test]
async fn a_note_is_revoked_by_its_sender_only() {
    let world = World::new().await;
    let gold = world.gold;
    world.mint("app:alice", gold, "10").await;
    let mut notes = Vec::new();
    for _ in 0..3 {
        let body =
            json!({"sender": "app:alice", "recipient": "app:bob", "currency": gold, "amount": "1"});
        notes.push(
            world.done("POST /v1/notes", body).await["note"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    let route = format!("POST /v1/notes/{}/revoke", notes[0]);
    let other = world.write(&route, json!({"sender": "app:bob"})).await;
    assert_eq!(
        (other.status.as_u16(), other.problem()),
        (403, "note-not-yours")
    );
    world.done(&route, json!({"sender": "app:alice"})).await;
    assert_eq!(world.balance("app:alice", gold).await, "8.00");
    let first = world.get("/v1/notes?sender=app:alice&limit=2").await.body;
    let ids = |page: &serde_json::Value| {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&first), [notes[2].clone(), notes[1].clone()]);
    let rest = world
        .get(&format!(
            "/v1/notes?sender=app:alice&limit=2&cursor={}",
            first["next"].as_str().unwrap()
        ))
        .await
        .body;
    assert_eq!(ids(&rest), [notes[0].clone()]);
    assert_eq!(rest["items"][0]["state"], "revoked");
    assert!(rest.get("next").is_none());
}

#[tokio::test]
async fn a_hold_is_captured_or_released_once() {
    let world = World::new().await;
    let gold = world.gold;
    world.mint("app:alice", gold, "10").await;
    let place = |amount: &str| json!({"holder": "app:alice", "currency": gold, "amount": amount, "expires": "2030-01-01T00:00:00Z"});
    let hold = world.done("POST /v1/holds", place("4")).await["hold"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(world.balance("app:alice", gold).await, "6.00");
    let route = format!("POST /v1/holds/{hold}/capture");
    let more = world
        .write(&route, json!({"to": "app:bob", "amount": "4.01"}))
        .await;
    assert_eq!(
        (more.status.as_u16(), more.problem()),
        (409, "hold-too-small")
    );
    world
        .done(&route, json!({"to": "app:bob", "amount": "3"}))
        .await;
    assert_eq!(world.balance("app:alice", gold).await, "7.00");
    assert_eq!(world.balance("app:bob", gold).await, "3.00");
    let again = world
        .write(&format!("POST /v1/holds/{hold}/release"), json!(null))
        .await;
    assert_eq!(
        (again.status.as_u16(), again.problem()),
        (409, "hold-settled")
    );

    let other = world.done("POST /v1/holds", place("7")).await["hold"]
        .as_str()
        .unwrap()
        .to_owned();
    world
        .done(&format!("POST /v1/holds/{other}/release"), json!(null))
        .await;
    assert_eq!(world.balance("app:alice", gold).await, "7.00");
    let listed = world.get("/v1/holds?holder=app:alice").await.body;
    let states: Vec<_> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["released", "captured"]);
    let shown = world.get(&format!("/v1/holds/{hold}")).await.body;
    assert_eq!(shown["expires"], "2030-01-01T00:00:00Z");
}

use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use crate::world::{NOW_MS, World, everything};

#[tokio::test]
async fn the_same_request_gets_the_first_answer() {
    let world = World::new().await;
    let body = json!({"to": "app:alice", "currency": world.gold, "amount": "3"});
    let first = world
        .write_as("order-1", "POST /v1/mints", body.clone())
        .await;
    let second = world.write_as("order-1", "POST /v1/mints", body).await;
    assert!(!first.headers.contains_key("idempotent-replayed"));
    assert_eq!(second.headers["idempotent-replayed"], "true");
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    assert_eq!(world.balance("app:alice", world.gold).await, "3.00");
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let world = World::new().await;
    let body = |amount| json!({"to": "app:alice", "currency": world.gold, "amount": amount});
    world.write_as("order-1", "POST /v1/mints", body("3")).await;
    let other = world.write_as("order-1", "POST /v1/mints", body("4")).await;
    assert_eq!(
        (other.status.as_u16(), other.problem()),
        (422, "idempotency-key-reused")
    );
    assert_eq!(world.balance("app:alice", world.gold).await, "3.00");
}

#[tokio::test]
async fn keys_of_different_applications_never_meet() {
    let mut world = World::new().await;
    let body = json!({"to": "app:alice", "currency": world.gold, "amount": "3"});
    world
        .write_as("order-1", "POST /v1/mints", body.clone())
        .await;
    world.key = world.new_key("another", everything()).await.0;
    let answer = world.write_as("order-1", "POST /v1/mints", body).await;
    assert!(!answer.headers.contains_key("idempotent-replayed"));
    assert_eq!(world.balance("app:alice", world.gold).await, "6.00");
}

#[tokio::test]
async fn what_is_made_is_made_once() {
    let world = World::new().await;
    for (route, body) in [
        (
            "POST /v1/groups",
            json!({"kind": "single", "name": "a game"}),
        ),
        (
            "POST /v1/currencies",
            json!({"group": world.group, "name": "silver", "decimals": 3, "symbol": "🥈"}),
        ),
        (
            "POST /v1/webhooks",
            json!({"url": "https://shop.example/hook"}),
        ),
        (
            "POST /v1/notes",
            json!({"sender": "app:rich", "recipient": "discord:7", "currency": world.gold, "amount": "1"}),
        ),
        (
            "POST /v1/holds",
            json!({"holder": "app:rich", "currency": world.gold, "amount": "1"}),
        ),
    ] {
        let (_, path) = route.split_once(' ').unwrap();
        world.mint("app:rich", world.gold, "10").await;
        let first = world.write_as(path, route, body.clone()).await;
        assert_eq!(first.status, 201, "{route}: {}", first.body);
        world.clock.set(NOW_MS + 60_000);
        let second = world.write_as(path, route, body).await;
        world.clock.set(NOW_MS + 1);
        assert_eq!(first.body, second.body, "{route}");
        assert_eq!(second.headers["idempotent-replayed"], "true", "{route}");
    }
}

#[tokio::test]
async fn two_hundred_at_once_with_one_key_have_one_effect() {
    let world = Arc::new(World::with(|config| config.requests_per_minute = 0).await);
    let mut under_way = JoinSet::new();
    for _ in 0..200 {
        let world = Arc::clone(&world);
        under_way.spawn(async move {
            let body = json!({"to": "app:alice", "currency": world.gold, "amount": "1"});
            world.write_as("once", "POST /v1/mints", body).await.body
        });
    }
    let answers = under_way.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(world.balance("app:alice", world.gold).await, "1.00");
}

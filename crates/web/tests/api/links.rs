//! Joining wallets by one-time codes.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_code_joins_two_users_of_applications() {
    let world = World::new().await;
    for (user, amount) in [("app:alice", "2"), ("app:alice-at-chess", "3")] {
        let mint = json!({"to": user, "currency": world.gold, "amount": amount});
        world.done("POST /v1/mints", mint).await;
    }
    let made = world
        .done("POST /v1/links/codes", json!({"identity": "app:alice"}))
        .await;
    let enter = json!({"identity": "app:alice-at-chess", "code": made["code"]});
    let linked = world.done("POST /v1/links", enter.clone()).await;
    assert_eq!(linked["with"], "app:alice");
    for user in ["app:alice", "app:alice-at-chess"] {
        let holder = world.get(&format!("/v1/holders/{user}")).await.body;
        assert_eq!(holder["id"], linked["holder"], "{user}");
        let history = world.get(&format!("/v1/holders/{user}/history")).await.body;
        assert_eq!(history["items"].as_array().map(Vec::len), Some(2));
    }
    let other = json!({"identity": "app:bob", "code": made["code"]});
    let refused = world.write("POST /v1/links", other).await;
    assert_eq!(
        (
            refused.status.as_u16(),
            refused.problem(),
            &refused.body["reason"]
        ),
        (409, "not-linked", &json!("used"))
    );
    let wrong = json!({"identity": "app:bob", "code": "22222-22222"});
    let refused = world.write("POST /v1/links", wrong).await;
    assert_eq!(refused.body["reason"], "unknown-code");
}

/// Other fronts know best who their people are.
#[tokio::test]
async fn an_application_speaks_for_its_own_users_only() {
    let world = World::new().await;
    for identity in ["discord:123", "telegram:5", "operator:cli", "alice"] {
        let asked = json!({"identity": identity});
        let refused = world.write("POST /v1/links/codes", asked).await;
        assert_eq!(refused.problem(), "invalid-field", "{identity}");
    }
}

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_transfer_answers_a_receipt() {
    let world = World::new().await;
    world.mint("app:alice", world.gold, "10").await;
    let receipt = world
        .done("POST /v1/transfers", json!({"from": "app:alice", "to": "discord:42", "currency": world.gold, "amount": "2.5", "reason": "a book 📖"}))
        .await;
    insta::assert_json_snapshot!(world.named(&receipt));
    assert_eq!(world.balance("app:alice", world.gold).await, "7.50");
    assert_eq!(world.balance("discord:42", world.gold).await, "2.50");
}

#[tokio::test]
async fn money_is_issued_spent_and_burned() {
    let world = World::new().await;
    let gold = world.gold;
    world
        .done(
            "POST /v1/rewards",
            json!({"to": "app:alice", "currency": gold, "amount": "9", "item": "77"}),
        )
        .await;
    world
        .done(
            "POST /v1/awards",
            json!({"from": "app:alice", "to": "app:bob", "currency": gold, "amount": "1"}),
        )
        .await;
    world.done("POST /v1/purchases", json!({"buyer": "app:alice", "seller": "app:bob", "currency": gold, "price": "2", "item": "77"})).await;
    world
        .done(
            "POST /v1/purchases",
            json!({"buyer": "app:alice", "currency": gold, "price": "1", "item": "78"}),
        )
        .await;
    world
        .done(
            "POST /v1/burns",
            json!({"from": "app:bob", "currency": gold, "amount": "0.01"}),
        )
        .await;
    assert_eq!(world.balance("app:alice", gold).await, "5.00");
    assert_eq!(world.balance("app:bob", gold).await, "2.99");
    let statistics = world
        .get(&format!("/v1/statistics?currency={gold}"))
        .await
        .body;
    assert_eq!(statistics["items"][0]["supply"], "7.99");
    assert_eq!(statistics["items"][0]["held"], "7.99");
    assert_eq!(statistics["items"][0]["holders"], "2");
}

#[tokio::test]
async fn an_exchange_keeps_to_its_quote() {
    let world = World::new().await;
    let (gold, gems) = (world.gold, world.gems);
    world.mint("app:alice", gold, "10").await;
    world
        .done(
            &format!("PUT /v1/rates/{gold}/{gems}"),
            json!({"rate": "1/3"}),
        )
        .await;
    let quote = world
        .done(
            "POST /v1/exchanges/quote",
            json!({"from": gold, "to": gems, "amount": "10"}),
        )
        .await;
    insta::assert_json_snapshot!(quote);
    let exchange = json!({"holder": "app:alice", "from": gold, "to": gems, "amount": "10", "quoted": quote["rate"]});
    let receipt = world.done("POST /v1/exchanges", exchange).await;
    assert_eq!(receipt["remainder"], quote["remainder"]);
    assert_eq!(world.balance("app:alice", gems).await, "3");
    world
        .done(
            &format!("PUT /v1/rates/{gold}/{gems}"),
            json!({"rate": "1/4"}),
        )
        .await;
    world.mint("app:alice", gold, "10").await;
    let stale = json!({"holder": "app:alice", "from": gold, "to": gems, "amount": "10", "quoted": quote["rate"]});
    let answer = world.write("POST /v1/exchanges", stale).await;
    assert_eq!(
        (answer.status.as_u16(), answer.problem()),
        (409, "rate-changed")
    );
}

#[tokio::test]
async fn a_reversal_happens_once() {
    let world = World::new().await;
    let mint = world.mint("app:alice", world.gold, "10").await;
    let body = json!({"transaction": mint["transaction"], "reason": "a mistake"});
    world.done("POST /v1/reversals", body.clone()).await;
    assert_eq!(world.balance("app:alice", world.gold).await, "0.00");
    let again = world.write("POST /v1/reversals", body).await;
    assert_eq!(
        (again.status.as_u16(), again.problem()),
        (409, "already-reversed")
    );
}

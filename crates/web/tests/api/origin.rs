use app::Scopes;
use axum::body::Body;
use serde_json::{Value, json};

use crate::world::{Answer, World, everything};

async fn mint(world: &World, site: Option<Value>, headers: &[(&str, &str)]) -> Answer {
    let mut body = json!({"to": "app:alice", "currency": world.gold, "amount": "1"});
    if let Some(site) = site {
        body["site"] = site;
    }
    let request = world
        .request("POST", "/v1/mints")
        .header("content-type", "application/json")
        .header("idempotency-key", world.fresh());
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    world
        .send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

async fn origin(world: &World, answer: &Answer) -> Value {
    let id = answer.body["transaction"].as_str().unwrap();
    world.get(&format!("/v1/transactions/{id}")).await.body
}

#[tokio::test]
async fn a_stated_site_is_kept_as_claimed() {
    let world = World::new().await;
    let site = json!({"code.function.name": "Shop::buy", "code.file.path": "shop.rs", "code.line.number": 7});
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let headers = [
        ("scrip-code-function", "Other.thing"),
        ("traceparent", trace),
    ];
    let answer = mint(&world, Some(site), &headers).await;
    let kept = origin(&world, &answer).await;
    assert_eq!(kept["traceparent"], trace);
    let kept = &kept["origin"];
    assert_eq!(kept["entry"], "http:POST /v1/mints");
    assert_eq!(kept["application"], "shop");
    assert_eq!(
        (&kept["class"], &kept["function"]),
        (&json!("Shop"), &json!("buy"))
    );
    assert_eq!(kept["claimed"], true);
    let site = kept["site"].as_str().unwrap();
    let found = world
        .get(&format!("/v1/transactions?site={site}"))
        .await
        .body;
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1));

    let by_header = mint(&world, None, &headers).await;
    let kept = origin(&world, &by_header).await;
    assert_eq!(kept["origin"]["function"], "thing");
    let unstated = mint(&world, None, &[]).await;
    assert_eq!(origin(&world, &unstated).await["origin"]["claimed"], false);
}

#[tokio::test]
async fn a_site_that_is_none_is_refused_by_its_field() {
    let mut world = World::new().await;
    let check = async |world: &World, site: Value, field: &str| {
        let answer = mint(world, Some(site), &[]).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["field"]),
            (422, &json!(field)),
            "{}",
            answer.body
        );
    };
    let function = |name: &str| json!({"code.function.name": name});
    check(&world, function(""), "site.code.function.name").await;
    check(
        &world,
        function(&"x".repeat(201)),
        "site.code.function.name",
    )
    .await;
    check(&world, function("a\u{7}"), "site.code.function.name").await;
    check(
        &world,
        json!({"code.function.name": "f", "code.file.path": "x".repeat(201)}),
        "site.code.file.path",
    )
    .await;
    check(&world, json!({}), "site.code.function.name").await;
    let scopes = Scopes {
        require_site: true,
        ..everything()
    };
    world.key = world.new_key("strict", scopes).await.0;
    let answer = mint(&world, None, &[]).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["field"]),
        (422, &json!("site.code.function.name"))
    );
    assert_eq!(
        mint(&world, Some(function("Shop.buy")), &[]).await.status,
        201
    );
}

use serde_json::{Value, json};

use crate::world::{NOW_MS, World};

fn ids(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn transactions_are_found_by_what_they_were() {
    let world = World::new().await;
    let (gold, gems) = (world.gold, world.gems);
    let mint = world.mint("app:alice", gold, "10").await;
    world.clock.set(NOW_MS + 3_600_000);
    let gem = world.mint("app:bob", gems, "10").await;
    let transfer = world
        .done("POST /v1/transfers", json!({"from": "app:alice", "to": "app:carol", "currency": gold, "amount": "1", "reason": "<b>", "reference": "order 7"}))
        .await;
    let id = |receipt: &Value| receipt["transaction"].as_str().unwrap().to_owned();
    let (mint, gem, transfer) = (id(&mint), id(&gem), id(&transfer));
    let check = async |query: String, expect: &[&String]| {
        let page = world.get(&format!("/v1/transactions?{query}")).await.body;
        assert_eq!(
            ids(&page),
            expect.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
            "{query}"
        );
    };
    check(String::new(), &[&transfer, &gem, &mint]).await;
    check("holder=app:alice".into(), &[&transfer, &mint]).await;
    check(format!("currency={gems}"), &[&gem]).await;
    check("kind=transfer".into(), &[&transfer]).await;
    check(
        "from=2026-11-21T00:00:00Z&to=2026-11-21T00:00:01Z".into(),
        &[],
    )
    .await;
    let hour = jiff::Timestamp::from_millisecond(NOW_MS + 3_600_000).unwrap();
    check(format!("from={hour}"), &[&transfer, &gem]).await;
    check(format!("cursor={gem}"), &[&mint]).await;
    let first = world.get("/v1/transactions?limit=2").await.body;
    assert_eq!(
        (ids(&first), first["next"].as_str()),
        (vec![&*transfer, &*gem], Some(&*gem))
    );
    let shown = world
        .get(&format!("/v1/transactions/{transfer}"))
        .await
        .body;
    let mut shown = world.named(&shown);
    // Which code it was, this build knows only by file and line.
    for part in ["site", "class", "function"] {
        shown["origin"][part] = "[site]".into();
    }
    insta::assert_json_snapshot!(shown);
    assert_eq!(
        world.get("/v1/transactions/5").await.problem(),
        "unknown-transaction"
    );
    assert_eq!(
        world.get("/v1/transactions?holder=app:nobody").await.status,
        404
    );
}

#[tokio::test]
async fn a_history_is_read_page_by_page() {
    let world = World::new().await;
    for amount in ["1", "2", "3"] {
        world.mint("app:alice", world.gold, amount).await;
    }
    world.mint("app:alice", world.gems, "4").await;
    let path = format!(
        "/v1/holders/app:alice/history?limit=2&currency={}",
        world.gold
    );
    let first = world.get(&path).await.body;
    let changes = |page: &Value| {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["change"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(changes(&first), ["3.00", "2.00"]);
    assert_eq!(first["items"][0]["other_system"], "issuance");
    let rest = world
        .get(&format!(
            "{path}&cursor={}",
            first["next"].as_str().unwrap()
        ))
        .await
        .body;
    assert_eq!(changes(&rest), ["1.00"]);
    assert!(rest.get("next").is_none());
}

#[tokio::test]
async fn the_richest_come_first_and_flows_say_which_code() {
    let world = World::new().await;
    for (holder, amount) in [("app:alice", "5"), ("app:bob", "7"), ("app:carol", "5")] {
        world.mint(holder, world.gold, amount).await;
    }
    let path = format!("/v1/leaderboards/{}", world.gold);
    let board = world.get(&format!("{path}?limit=2")).await.body;
    assert_eq!(board["items"][0]["balance"], "7.00");
    assert_eq!(
        (&board["items"][1]["rank"], &board["next"]),
        (&json!(2), &json!("2"))
    );
    let rest = world.get(&format!("{path}?limit=2&cursor=2")).await.body;
    assert_eq!(
        (
            &rest["items"][0]["rank"],
            rest["items"].as_array().unwrap().len()
        ),
        (&json!(3), 1)
    );
    let flows = world
        .get(&format!(
            "/v1/flows?currency={}&by_day=true&kind=mint",
            world.gold
        ))
        .await
        .body;
    let flow = &flows["items"][0];
    assert_eq!(
        (&flow["issued"], &flow["transfers"], &flow["day"]),
        (&json!("17.00"), &json!("3"), &json!("2026-11-21"))
    );
    assert_eq!(flow["entry"], "http:POST /v1/mints");
    assert_eq!(
        world.get("/v1/flows?kind=burn").await.body["items"],
        json!([])
    );
}

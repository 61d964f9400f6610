//! What the game's client reads: the set-up, purchases, the leaderboard.

use economy::{Deposit, PurchaseAsked, StarsPay};
use ledger::{ItemId, StarsCharge, TonAddress, TonHash};
use serde_json::{Value, json};
use testkit::world::amount;

use crate::{
    signer::init_data,
    world::{World, user},
};

#[tokio::test]
async fn the_configuration_has_all_prices_and_no_secret() {
    let world = World::new().await;
    let request = axum::http::Request::builder().uri("/config");
    let answer = world
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    let mut config = answer.body;
    assert!(!config.to_string().contains("token-for-tests"));
    assert_eq!(config["token"]["currency"], world.coin.id.to_string());
    config["token"]["currency"] = json!("[id]");
    insta::assert_json_snapshot!("config", config);
}

#[tokio::test]
async fn a_run_begins_with_a_seed() {
    let world = World::new().await;
    let mut begun = world.done(7, "/run", json!({})).await;
    assert!(begun["seed"].is_u64());
    assert_eq!(begun["run"].as_str().unwrap().len(), 54);
    begun["seed"] = json!("[seed]");
    begun["run"] = json!("[run]");
    let mut proof = world.done(7, "/ton-proof", json!({})).await;
    assert_eq!(proof["payload"].as_str().unwrap().len(), 43);
    proof["payload"] = json!("[payload]");
    insta::assert_json_snapshot!("run_and_proof", [begun, proof]);
}

#[tokio::test]
async fn purchases_are_the_players_own() {
    let world = World::new().await;
    world.read(7, "/purchases").await;
    world.read(8, "/purchases").await;
    let item = |id| ItemId::new(id).unwrap();
    let shop = world.bank.person(99).await;
    let deposit = Deposit {
        account: TonAddress::new(0, [0x22; 32]),
        transaction: TonHash::from_bytes([5; 32]),
        lt: 5,
        sender: TonAddress::new(0, [3; 32]),
        token: world.coin.id,
        amount: amount(5_000),
        comment: Some("7:1".into()),
        asked: Some(PurchaseAsked {
            player: user(7),
            item: item(1),
            price: Some(amount(5_000)),
        }),
        payer: None,
        shop,
    };
    world
        .app
        .deposit(world.bank.asked(), deposit)
        .await
        .unwrap();
    world.pass_secs(60);
    let stars = StarsPay {
        charge: StarsCharge::of("charge"),
        charge_id: "charge".into(),
        player: user(7),
        item: item(3),
        item_known: true,
        stars: 500,
    };
    world
        .app
        .stars_pay(world.bank.asked(), stars)
        .await
        .unwrap();
    insta::assert_json_snapshot!("purchases", world.read(7, "/purchases").await);
    let none = world.read(8, "/purchases").await;
    assert_eq!(none, json!({"ok": true, "purchases": []}));
}

#[tokio::test]
async fn the_leaderboard_tells_names_and_places_and_nobodys_id() {
    let world = World::with(|config| config.prove_runs = false).await;
    for player in 1_001..=1_060_u64 {
        let run = world.done(player, "/run", json!({})).await;
        let body = json!({"run": run["run"], "score": player - 1_000});
        world.done(player, "/played", body).await;
    }
    let board = world.read(1_003, "/leaderboard").await;
    let top = board["top"].as_array().unwrap();
    assert_eq!(top.len(), 50);
    assert_eq!(
        top[0],
        json!({"rank": 1, "name": "Player1060", "score": 60, "you": false})
    );
    assert_eq!(top[49]["score"], 11);
    assert_eq!(
        board["you"],
        json!({"rank": 58, "name": "Player1003", "score": 3})
    );
    let mine = world.read(1_060, "/leaderboard").await;
    assert_eq!(mine["top"][0]["you"], true);
    assert_eq!(mine["you"]["rank"], 1);
    let nobody = world.read(5, "/leaderboard").await;
    assert_eq!(
        nobody["you"],
        json!({"rank": null, "name": "Player5", "score": 0})
    );
    // A name is text, whatever it looks like.
    let raw = init_data(6, "<b>\\u202ex</b>", world.now_secs());
    let request = axum::http::Request::builder()
        .uri("/leaderboard")
        .header("authorization", format!("tma {raw}"));
    let answer = world
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(answer.body["you"]["name"], Value::String("<b>x</b>".into()));
}

#[tokio::test]
async fn an_operators_new_symbol_is_seen() {
    let world = World::new().await;
    assert_eq!(
        world.read(7, "/config").await["token"]["symbol"],
        Value::Null
    );
    let edit = app::CurrencyEdit {
        currency: world.coin.id,
        state: None,
        symbol: Some("¤".into()),
    };
    world.bank.change(app::Change::CurrencyEdit(edit)).await;
    world.pass_secs(11);
    assert_eq!(world.read(7, "/config").await["token"]["symbol"], "¤");
}

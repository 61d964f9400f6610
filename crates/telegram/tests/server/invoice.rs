//! `POST /invoice`, with the bot's invoices behind it.

use axum::http::StatusCode;
use fake_telegram::{FakeTelegram, Fault, Settings};
use serde_json::json;
use telegram::{
    BotToken,
    bot::{Bot, Config, Rail},
    server::router,
};

use crate::world::World;

async fn with_bot(telegram: &FakeTelegram, rail: Rail) -> World {
    let mut world = World::new().await;
    let config = Config {
        token: BotToken::parse(&telegram.token()).unwrap(),
        api_url: telegram.url(),
        game_url: "https://game.example".into(),
        webhook: None,
        items: world.config.items.clone(),
        rail,
        support: None,
        testnet: true,
        http: client(),
    };
    let gate = world.bank.gates.telegram.clone();
    let bot = Bot::new(config, world.app.clone(), gate.clone());
    world.config.invoices = Some(bot.invoices());
    world.router = router(world.config.clone(), world.app.clone(), gate);
    world
}

#[tokio::test]
async fn an_item_for_stars_has_an_invoice() {
    let telegram = FakeTelegram::start(Settings::default()).await.unwrap();
    let world = with_bot(&telegram, Rail::Stars).await;
    let items = world.config.items.iter();
    let sold = items
        .clone()
        .find(|item| item.stars.is_some())
        .expect("one is");
    let wanted = json!({"item": sold.id.to_string()});
    let told = world.done(7, "/invoice", wanted.clone()).await;
    let invoice = &telegram.invoices()[0];
    assert_eq!(told["link"], invoice.link);
    assert_eq!(Some(invoice.stars), sold.stars);
    assert_eq!(invoice.payload, format!("item:7:{}", sold.id));

    let refused = async |item: &str| {
        let answer = world.post(7, "/invoice", json!({"item": item})).await;
        (
            answer.status,
            answer.body["type"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let kind = |status, kind: &str| (status, format!("urn:scrip:problem:{kind}"));
    assert_eq!(
        refused("999").await,
        kind(StatusCode::UNPROCESSABLE_ENTITY, "unknown-item")
    );
    assert_eq!(
        refused("x").await,
        kind(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field")
    );
    telegram.next("createInvoiceLink", 100, Fault::ServerError);
    let answer = world.post(7, "/invoice", wanted).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        !answer
            .body
            .to_string()
            .contains(telegram.token().split(':').nth(1).unwrap())
    );
}

#[tokio::test]
async fn where_nothing_is_sold_for_stars_there_is_none() {
    let telegram = FakeTelegram::start(Settings::default()).await.unwrap();
    for rail in [Rail::Jetton, Rail::Off] {
        let world = with_bot(&telegram, rail).await;
        let answer = world.post(7, "/invoice", json!({"item": "1"})).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert_eq!(answer.body["type"], "urn:scrip:problem:stars-off");
    }
    let without = World::new().await;
    let answer = without.post(7, "/invoice", json!({"item": "1"})).await;
    assert_eq!(answer.body["type"], "urn:scrip:problem:stars-off");
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let tls = rustls::ClientConfig::builder()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls);
    client.build().unwrap()
}

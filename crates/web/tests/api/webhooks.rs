use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use app::Scopes;
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;
use web::webhooks::{self, Reach};

use crate::world::{NOW_MS, World, everything};

type Delivery = (HeaderMap, Bytes);

/// Where deliveries go, and the answers that are still to be given.
type Receiving = (
    mpsc::UnboundedSender<Delivery>,
    Arc<Mutex<std::vec::IntoIter<StatusCode>>>,
);

/// A receiver that answers with these statuses in turn, then 204, and passes on what it got.
async fn receiver(
    tasks: &mut JoinSet<()>,
    statuses: Vec<StatusCode>,
) -> (String, mpsc::UnboundedReceiver<Delivery>) {
    let (sender, deliveries) = mpsc::unbounded_channel();
    let statuses = Arc::new(Mutex::new(statuses.into_iter()));
    let hook = post(
        |State((sender, statuses)): State<Receiving>, headers: HeaderMap, body: Bytes| async move {
            let _ = sender.send((headers, body));
            let status = statuses.lock().unwrap().next();
            (
                status.unwrap_or(StatusCode::NO_CONTENT),
                [("location", "/elsewhere")],
            )
        },
    );
    let router = Router::new().fallback(hook).with_state((sender, statuses));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, deliveries)
}

/// HMAC-SHA256 from its definition (RFC 2104), apart from what signs.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize()
        .to_vec()
}

fn verified(secret: &str, (headers, body): &Delivery) -> Value {
    let header = |name: &str| headers[name].to_str().unwrap();
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let mut signed =
        format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).into_bytes();
    signed.extend_from_slice(body);
    let expect = format!("v1,{}", STANDARD.encode(hmac(&key, &signed)));
    assert_eq!(header("webhook-signature"), expect);
    serde_json::from_slice(body).unwrap()
}

async fn next(deliveries: &mut mpsc::UnboundedReceiver<Delivery>) -> Delivery {
    let waiting = tokio::time::timeout(Duration::from_secs(20), deliveries.recv());
    waiting.await.expect("a delivery arrives").unwrap()
}

#[tokio::test]
async fn deliveries_are_signed_and_repeated_until_they_are_taken() {
    let world = World::with(|config| config.webhooks_to_loopback = true).await;
    let mut tasks = JoinSet::new();
    let answers = vec![StatusCode::INTERNAL_SERVER_ERROR, StatusCode::FOUND];
    let (url, mut deliveries) = receiver(&mut tasks, answers).await;
    let webhook = world
        .done(
            "POST /v1/webhooks",
            json!({"url": url, "currency": world.gold}),
        )
        .await;
    let secret = webhook["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_"));
    let stop = CancellationToken::new();
    let run = webhooks::run(world.app.clone(), Reach::PublicAndLoopback, stop.clone());
    tasks.spawn(async move { run.await.unwrap() });

    world.mint("app:alice", world.gems, "1").await;
    let mint = world.mint("app:alice", world.gold, "1").await;
    let first = next(&mut deliveries).await;
    let event = verified(secret, &first);
    assert_eq!(
        (&event["type"], &event["data"]["id"]),
        (&json!("transaction.committed"), &mint["transaction"])
    );
    for wait_ms in [60_000, 120_000] {
        // The receiver answered an error, then a redirect: neither is a delivery. The clock lets the next attempt be made.
        waiting_to_retry(&world).await;
        world.clock.set(NOW_MS + wait_ms);
        let again = next(&mut deliveries).await;
        verified(secret, &again);
        assert_eq!(again.0["webhook-id"], first.0["webhook-id"]);
    }
    let burn = world
        .done(
            "POST /v1/burns",
            json!({"from": "app:alice", "currency": world.gold, "amount": "1"}),
        )
        .await;
    let last = verified(secret, &next(&mut deliveries).await);
    assert_eq!(last["data"]["id"], burn["transaction"]);
    stop.cancel();
    let listed = world.get("/v1/webhooks").await.body;
    assert!(listed["items"][0].get("secret").is_none());
}

/// Until the failure of the attempt before is kept, with the time of the next one.
async fn waiting_to_retry(world: &World) {
    use app::Clock;
    loop {
        let webhooks = world.app.store().webhooks().await.unwrap();
        if webhooks[0].retry_ms > world.clock.now_ms() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn webhooks_are_made_listed_and_removed() {
    let mut world = World::new().await;
    for url in [
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "nonsense",
        "http://[::1]/",
        "https://user:pw@shop.example/",
    ] {
        let answer = world.write("POST /v1/webhooks", json!({"url": url})).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["field"]),
            (422, &json!("url")),
            "{url}"
        );
    }
    let made = world
        .done(
            "POST /v1/webhooks",
            json!({"url": "https://shop.example/hook"}),
        )
        .await;
    let other = world
        .done(
            "POST /v1/webhooks",
            json!({"url": "https://shop.example/other"}),
        )
        .await;
    assert_ne!(made["secret"], other["secret"]);
    let all = world.key.clone();
    world.key = world
        .new_key(
            "gems only",
            Scopes {
                currencies: vec![world.gems],
                ..everything()
            },
        )
        .await
        .0;
    assert_eq!(world.get("/v1/webhooks").await.body["items"], json!([]));
    let route = format!("DELETE /v1/webhooks/{}", made["id"].as_str().unwrap());
    assert_eq!(world.write(&route, json!(null)).await.status, 422);
    world.key = all;
    assert_eq!(world.write(&route, json!(null)).await.status, 204);
    assert_eq!(
        world.get("/v1/webhooks").await.body["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn a_webhook_that_leads_inside_is_never_called() {
    let world = World::with(|config| config.webhooks_to_loopback = true).await;
    let mut tasks = JoinSet::new();
    let (url, mut deliveries) = receiver(&mut tasks, Vec::new()).await;
    world
        .done(
            "POST /v1/webhooks",
            json!({"url": url.replace("127.0.0.1", "localhost")}),
        )
        .await;
    world.done("POST /v1/webhooks", json!({"url": url})).await;
    world.mint("app:alice", world.gold, "1").await;
    let stop = CancellationToken::new();
    let run = webhooks::run(world.app.clone(), Reach::PublicOnly, stop.clone());
    tasks.spawn(async move { run.await.unwrap() });
    loop {
        let webhooks = world.app.store().webhooks().await.unwrap();
        if webhooks.iter().all(|webhook| webhook.failures > 0) {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(deliveries.try_recv().is_err());
    stop.cancel();
}

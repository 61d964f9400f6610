use fake_telegram::Chat;
use tokio::net::TcpListener;

use crate::stage::{ANN, BOB, Stage, client};

/// Two processes behind one address would be told apart by nobody; here each has its own.
async fn serving() -> (Stage, String) {
    let mut stage = Stage::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    stage.webhook = Some(url.clone());
    let bot = stage.bot();
    let router = bot.webhook_router();
    stage.serve(async move { axum::serve(listener, router).await.unwrap() });
    stage.run(bot);
    (stage, url)
}

#[tokio::test]
async fn updates_that_are_brought_are_answered_once() {
    let (stage, _) = serving().await;
    stage.asks(ANN, "/start").await;
    let update = stage.telegram.writes(ANN, Chat::Private(ANN), "/help");
    stage.telegram.bot_wrote(Chat::Private(ANN), 2).await;
    stage.telegram.all_taken().await;
    for _ in 0..3 {
        stage.telegram.repeat(update);
    }
    stage.telegram.all_taken().await;
    assert_eq!(stage.bot_wrote(Chat::Private(ANN)).len(), 2);
    // In another order they are all answered.
    stage.telegram.hold_updates();
    stage.telegram.writes(ANN, Chat::Private(ANN), "/top");
    stage.telegram.writes(BOB, Chat::Private(BOB), "/start");
    stage.telegram.writes(ANN, Chat::Private(ANN), "/help");
    stage.telegram.release_reversed();
    stage.telegram.bot_wrote(Chat::Private(ANN), 4).await;
    stage.telegram.bot_wrote(Chat::Private(BOB), 1).await;
}

#[tokio::test]
async fn another_process_knows_what_was_done() {
    let (mut stage, url) = serving().await;
    let update = stage.telegram.writes(ANN, Chat::Private(ANN), "/start");
    stage.telegram.bot_wrote(Chat::Private(ANN), 1).await;
    stage.telegram.all_taken().await;
    stage.kill().await;
    let listener = TcpListener::bind(url.trim_start_matches("http://"))
        .await
        .unwrap();
    let elsewhere = stage.bot_elsewhere();
    let router = elsewhere.webhook_router();
    stage.serve(async move { axum::serve(listener, router).await.unwrap() });
    stage.run(elsewhere);
    stage.telegram.repeat(update);
    stage.telegram.all_taken().await;
    stage.asks(ANN, "/help").await;
    assert_eq!(stage.bot_wrote(Chat::Private(ANN)).len(), 2);
}

#[tokio::test]
async fn only_telegram_knows_the_secret() {
    let (stage, url) = serving().await;
    stage.asks(ANN, "/start").await;
    let update = r#"{"update_id": 1, "message": {"message_id": 1, "date": 1, "text": "/start",
        "from": {"id": 1001, "is_bot": false, "first_name": "Ann"}, "chat": {"id": 1001, "type": "private"}}}"#;
    let brought = async |secret: Option<&str>, body: &'static str| {
        let mut request = client().post(format!("{url}/telegram/webhook")).body(body);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(brought(None, update).await, 401);
    assert_eq!(brought(Some(""), update).await, 401);
    assert_eq!(brought(Some("guessed"), update).await, 401);
    let told = stage.telegram.calls("setWebhook");
    let secret = told[0].params["secret_token"].as_str().unwrap().to_owned();
    assert_eq!(brought(Some(&secret), "not JSON").await, 400);
    assert_eq!(brought(Some(&secret), update).await, 200);
    assert_eq!(stage.bot_wrote(Chat::Private(ANN)).len(), 2);
}

#[tokio::test]
async fn a_bot_that_polls_has_no_webhook() {
    let mut stage = Stage::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/telegram/webhook", listener.local_addr().unwrap());
    let router = stage.bot().webhook_router();
    stage.serve(async move { axum::serve(listener, router).await.unwrap() });
    let answer = client().post(url).body("{}").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 404);
}

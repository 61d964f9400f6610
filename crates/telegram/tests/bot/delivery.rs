use std::time::Duration;

use fake_telegram::{Chat, Fault};
use telegram::bot::Bot;

use crate::stage::{ANN, BOB, Stage, client, item_id, user};

#[tokio::test]
async fn too_many_requests_are_waited_out_and_nothing_is_said_twice() {
    let stage = Stage::playing().await;
    stage.asks(ANN, "/start").await;
    let busy = Fault::TooMany {
        retry_after_secs: 1,
    };
    stage.telegram.next("sendMessage", 1, busy);
    stage.asks(ANN, "/help").await;
    stage.telegram.next("sendMessage", 2, Fault::ServerError);
    stage.asks(ANN, "/help").await;
    stage.telegram.next("getUpdates", 1, busy);
    stage.telegram.next("getUpdates", 1, Fault::ServerError);
    stage.asks(ANN, "/help").await;
    assert_eq!(stage.bot_wrote(Chat::Private(ANN)).len(), 4);
}

#[tokio::test]
async fn a_person_who_is_slow_to_reach_keeps_nobody_waiting() {
    let stage = Stage::playing().await;
    stage.asks(BOB, "/start").await;
    let busy = Fault::TooMany {
        retry_after_secs: 5,
    };
    stage.telegram.next("sendMessage", 1, busy);
    stage.telegram.writes(ANN, Chat::Private(ANN), "/start");
    stage.telegram.called("sendMessage", 2).await;
    let limit = Duration::from_secs(4);
    let answered = tokio::time::timeout(limit, stage.asks(BOB, "/help")).await;
    assert!(answered.is_ok());
    assert!(stage.bot_wrote(Chat::Private(ANN)).is_empty());
    stage.telegram.bot_wrote(Chat::Private(ANN), 1).await;
}

#[tokio::test]
async fn a_lost_answer_does_not_repeat_a_message() {
    let stage = Stage::playing().await;
    stage.telegram.next("sendMessage", 1, Fault::LostAnswer);
    stage.asks(ANN, "/start").await;
    stage.asks(ANN, "/help").await;
    assert_eq!(stage.bot_wrote(Chat::Private(ANN)).len(), 2);
}

#[tokio::test]
async fn a_lost_page_of_updates_comes_again_and_is_answered_once() {
    let stage = Stage::playing().await;
    stage.asks(ANN, "/start").await;
    stage.telegram.next("getUpdates", 2, Fault::LostAnswer);
    stage.asks(ANN, "/help").await;
    let update = stage.telegram.writes(ANN, Chat::Private(ANN), "/top");
    stage.telegram.bot_wrote(Chat::Private(ANN), 3).await;
    stage.telegram.all_taken().await;
    stage.telegram.repeat(update);
    stage.telegram.all_taken().await;
    stage.asks(ANN, "/help").await;
    assert_eq!(stage.bot_wrote(Chat::Private(ANN)).len(), 4);
}

#[tokio::test]
async fn what_is_written_while_nobody_is_there_is_answered_later_and_once() {
    let mut stage = Stage::playing().await;
    stage.asks(ANN, "/start").await;
    // What was answered and not confirmed would be answered again.
    stage.telegram.all_taken().await;
    stage.kill().await;
    stage.telegram.writes(ANN, Chat::Private(ANN), "/help");
    stage.telegram.writes(ANN, Chat::Private(ANN), "/top");
    // Another process takes over once the lease of the killed one is over.
    stage.later(13_000);
    let elsewhere = stage.bot_elsewhere();
    stage.run(elsewhere);
    stage.telegram.bot_wrote(Chat::Private(ANN), 3).await;
    stage.telegram.all_taken().await;
    let wrote = stage.bot_wrote(Chat::Private(ANN));
    assert_eq!(wrote.len(), 3);
    assert!(wrote[1].text.contains("/start opens the game"), "{wrote:?}");
}

#[tokio::test]
async fn another_poller_and_an_old_webhook_are_survived() {
    let stage = Stage::playing().await;
    stage.asks(ANN, "/start").await;
    // Somebody else polls with the same token: the bot's own poll ends with a conflict.
    let url = format!("{}/bot{}", stage.telegram.url(), stage.telegram.token());
    let call = async |method: &str, body: &'static str| {
        let request = client().post(format!("{url}/{method}")).body(body);
        request.send().await.unwrap().status()
    };
    assert!(call("getUpdates", "{}").await.is_success());
    stage.asks(ANN, "/help").await;
    let webhook = r#"{"url": "http://127.0.0.1:9/old"}"#;
    assert!(call("setWebhook", webhook).await.is_success());
    stage.telegram.called("deleteWebhook", 1).await;
    stage.asks(ANN, "/help").await;
}

#[tokio::test]
async fn a_person_who_blocked_the_bot_is_left_alone() {
    let stage = Stage::playing().await;
    stage.asks(BOB, "/start").await;
    stage.telegram.next("sendMessage", 1, Fault::Blocked);
    stage.telegram.writes(ANN, Chat::Private(ANN), "/start");
    stage.telegram.all_taken().await;
    assert!(stage.bot_wrote(Chat::Private(ANN)).is_empty());
    stage.asks(BOB, "/help").await;
}

#[tokio::test]
async fn errors_do_not_show_the_token() {
    let stage = Stage::new().await;
    let mut config = stage.config();
    // Nobody listens there, so that the client's error has an address to tell.
    config.api_url = "http://127.0.0.1:9".into();
    let token = stage.telegram.token();
    let secret = token.split(':').nth(1).unwrap();
    assert!(!format!("{config:?}").contains(secret));
    let bot = Bot::new(
        config,
        stage.world.app.clone(),
        stage.world.gates.telegram.clone(),
    );
    assert!(!format!("{bot:?}").contains(secret));
    let refused = bot
        .invoices()
        .link(user(ANN), item_id("7"))
        .await
        .unwrap_err();
    let mut said = format!("{refused:?}");
    let mut cause: Option<&dyn std::error::Error> = Some(&refused);
    while let Some(error) = cause {
        said.push_str(&error.to_string());
        cause = error.source();
    }
    assert!(said.contains("createInvoiceLink"), "{said}");
    assert!(!said.contains(secret), "{said}");
}

use fake_telegram::Chat;

use crate::stage::{ANN, BOB, GROUP, Stage};

#[tokio::test]
async fn telegram_hears_what_the_bot_has() {
    let stage = Stage::playing().await;
    stage.asks(ANN, "/start").await;
    let names = stage.telegram.commands();
    let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["start", "wallet", "top", "link", "paysupport", "help"]
    );
    let button = stage.telegram.menu_button().unwrap();
    assert_eq!(button["web_app"]["url"], "https://game.example/play");
}

#[tokio::test]
async fn a_newcomer_is_answered() {
    let stage = Stage::playing().await;
    for text in [
        "/start",
        "/help",
        "/wallet",
        "/top",
        "/paysupport",
        "/dance",
        "hello",
        "/link ABCDE-FGHJK",
    ] {
        stage.asks(BOB, text).await;
    }
    insta::assert_snapshot!(stage.transcript(Chat::Private(BOB)));
}

#[tokio::test]
async fn a_player_sees_what_is_on_its_way() {
    let stage = Stage::playing().await;
    stage.plays(ANN, "Ann", 25).await;
    stage.asks(ANN, "/wallet").await;
    stage.binds(ANN).await;
    let holder = stage.world.app.holder(crate::stage::user(ANN).identity());
    let holder = holder.await.unwrap();
    stage.world.give(holder, &stage.coin, 1_250).await;
    stage.asks(ANN, "/wallet").await;
    insta::assert_snapshot!(stage.transcript(Chat::Private(ANN)));
}

#[tokio::test]
async fn the_best_are_shown_and_names_are_only_text() {
    let stage = Stage::playing().await;
    for place in 0..11 {
        let score = 200 - place;
        let name = format!("Player {place}");
        stage.plays(2_000 + u64::from(place), &name, score).await;
    }
    stage
        .plays(BOB, "<b>Bob</b> & Co\u{202e} @admin", 500)
        .await;
    stage.plays(ANN, "Ann", 3).await;
    stage.asks(ANN, "/top").await;
    insta::assert_snapshot!(stage.transcript(Chat::Private(ANN)));
}

#[tokio::test]
async fn in_a_group_only_what_is_addressed_to_it_is_answered_and_nothing_private() {
    let stage = Stage::playing().await;
    stage.asks(ANN, "/start").await;
    for text in [
        "/top",
        "/top@other_bot",
        "hello",
        "/wallet@scrip_bot",
        "/link@scrip_bot",
        "/paysupport@scrip_bot",
        "/top@Scrip_Bot",
        "/start@scrip_bot",
    ] {
        stage.telegram.writes(ANN, GROUP, text);
    }
    stage.telegram.bot_wrote(GROUP, 5).await;
    stage.telegram.all_taken().await;
    insta::assert_snapshot!(stage.transcript(GROUP));
}

#[tokio::test]
async fn a_button_of_an_old_message_is_answered() {
    let stage = Stage::playing().await;
    stage.asks(ANN, "/start").await;
    stage.telegram.presses(ANN, Chat::Private(ANN), "old");
    stage.telegram.called("answerCallbackQuery", 1).await;
    stage.telegram.all_taken().await;
}

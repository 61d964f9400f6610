//! What Discord does to answers, and what people see nevertheless.

use std::time::Duration;

use fake_discord::LimitScope;

use crate::stage::{Given, Stage};

const CALLBACK: &str = "/interactions/*/*/callback";

async fn rich_stage() -> Stage {
    let mut stage = Stage::with_gold().await;
    stage.mint(stage.ann, "10").await;
    stage
}

fn payment(stage: &Stage) -> [(&'static str, fake_discord::OptionValue); 2] {
    [("user", stage.ben.into()), ("amount", "4".into())]
}

/// The money is there and the payment is confirmed once.
async fn paid_once(stage: Stage) {
    assert_eq!(
        (
            stage.has(stage.ann, "gold").await,
            stage.has(stage.ben, "gold").await
        ),
        (6, 4)
    );
    stage.end().await;
}

async fn pay(stage: &mut Stage) -> fake_discord::Post {
    let options = payment(stage);
    let options: Given<'_> = &options;
    stage.types(stage.ann, "transfer", options).await
}

#[tokio::test]
async fn a_redelivered_interaction_pays_once() {
    let mut stage = rich_stage().await;
    stage
        .discord
        .faults()
        .deliver_twice("INTERACTION_CREATE", 1);
    let options = payment(&stage);
    let asked = stage.asks(stage.ann, "transfer", &options);
    assert!(stage.hears(&asked).await.says("@ann paid @ben 4"));
    asked.redeliver();
    // Two more answers are attempted, and Discord has the first one.
    let refused = |stage: &Stage| {
        stage
            .discord
            .requests()
            .iter()
            .filter(|request| request.matches("POST", CALLBACK) && request.status == 400)
            .count()
    };
    stage
        .until("both are refused", async || refused(&stage) == 2)
        .await;
    paid_once(stage).await;
}

#[tokio::test]
async fn an_answer_that_fails_is_given_again() {
    let mut stage = rich_stage().await;
    stage
        .discord
        .faults()
        .next(1, "POST", CALLBACK)
        .server_error(500);
    assert!(pay(&mut stage).await.says("@ann paid @ben 4"));
    paid_once(stage).await;
}

#[tokio::test]
async fn an_answer_that_arrives_without_a_receipt_is_not_given_twice() {
    let mut stage = rich_stage().await;
    stage
        .discord
        .faults()
        .next(1, "POST", CALLBACK)
        .lost_answer();
    assert!(pay(&mut stage).await.says("@ann paid @ben 4"));
    let retried = stage
        .discord
        .wait_for_request(|request| request.matches("POST", CALLBACK) && request.status == 400)
        .await;
    assert!(retried.is_ok());
    stage.stop().await;
    let said = stage.discord.channel_history(stage.guild.channel());
    assert_eq!(
        said.iter().filter(|post| post.says("@ann paid")).count(),
        1,
        "{said:?}"
    );
    paid_once(stage).await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_given_is_confirmed_in_the_channel() {
    let mut stage = rich_stage().await;
    stage
        .discord
        .faults()
        .next(2, "POST", CALLBACK)
        .server_error(500);
    let options = payment(&stage);
    let _asked = stage.asks(stage.ann, "transfer", &options);
    let said = stage
        .discord
        .wait_for_post(stage.guild.channel(), |post| post.says("@ann paid @ben 4"))
        .await
        .expect("a confirmation");
    assert!(said.says("did not take the direct answer"), "{said}");
    paid_once(stage).await;
}

#[tokio::test]
async fn an_expired_interaction_is_confirmed_in_the_channel() {
    let mut stage = rich_stage().await;
    let options = payment(&stage);
    stage
        .discord
        .faults()
        .delay_events(Some(Duration::from_millis(100)));
    let asked = stage.asks(stage.ann, "transfer", &options);
    asked.expire();
    stage
        .discord
        .wait_for_post(stage.guild.channel(), |post| post.says("@ann paid @ben 4"))
        .await
        .expect("a confirmation");
    stage.discord.faults().delay_events(None);
    paid_once(stage).await;
}

#[tokio::test]
async fn a_rate_limited_answer_comes_later() {
    let mut stage = rich_stage().await;
    stage
        .discord
        .faults()
        .next(1, "POST", CALLBACK)
        .rate_limited(Duration::from_millis(200), LimitScope::User);
    assert!(pay(&mut stage).await.says("@ann paid @ben 4"));
    paid_once(stage).await;
}

/// What takes long shows that the bot is thinking, and a refusal then is still for the asker alone.
#[tokio::test]
async fn a_slow_command_is_deferred() {
    let mut stage = rich_stage().await;
    stage.stop().await;
    let config = discord::Config {
        thinking_after: Duration::ZERO,
        ..stage.config()
    };
    stage.start_only(config);
    stage
        .discord
        .wait_for_resumes(1)
        .await
        .expect("the bot resumes");
    let paid = pay(&mut stage).await;
    assert!(paid.says("@ann paid @ben 4") && !paid.ephemeral, "{paid}");
    let options = [("user", stage.ben.into()), ("amount", "1000".into())];
    let refused = stage.types(stage.ann, "transfer", &options).await;
    assert!(refused.says("You have 6") && refused.ephemeral, "{refused}");
    stage.types(stage.ann, "wallet", &[]).await;
    paid_once(stage).await;
}

/// The late answer of a deferred command is lost: it follows up.
#[tokio::test]
async fn a_late_answer_that_fails_follows_up() {
    let mut stage = rich_stage().await;
    stage.stop().await;
    let config = discord::Config {
        thinking_after: Duration::ZERO,
        ..stage.config()
    };
    stage.start_only(config);
    stage
        .discord
        .wait_for_resumes(1)
        .await
        .expect("the bot resumes");
    stage
        .discord
        .faults()
        .next(2, "PATCH", "/webhooks/*/*/messages/@original")
        .server_error(500);
    let paid = pay(&mut stage).await;
    assert!(paid.says("@ann paid @ben 4"), "{paid}");
    let follow_up = |request: &fake_discord::RecordedRequest| {
        request.matches("POST", "/webhooks/*/*") && request.status == 200
    };
    stage
        .discord
        .wait_for_request(follow_up)
        .await
        .expect("a follow-up");
    paid_once(stage).await;
}

/// A database that is closed is said to be so, and that nothing moved.
#[tokio::test]
async fn a_closed_store_moves_nothing() {
    let mut stage = rich_stage().await;
    stage.app.store().close().await.expect("the store closes");
    let said = pay(&mut stage).await;
    assert!(said.ephemeral && said.says("No money moved"), "{said}");
}

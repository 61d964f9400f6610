use fake_telegram::{Chat, Declined, Fault};
use ledger::StarsCharge;
use telegram::bot::{InvoiceRefusal, Rail, RefundError};

use crate::stage::{ANN, BOB, RED_PIPE, Stage, item_id, user};

async fn link(stage: &Stage, person: u64) -> String {
    let invoices = stage.bot().invoices();
    invoices
        .link(user(person), item_id(RED_PIPE))
        .await
        .unwrap()
}

/// Ann has written to the bot, so that it may write to her.
async fn with_ann() -> Stage {
    let stage = Stage::playing().await;
    stage.asks(ANN, "/start").await;
    stage
}

#[tokio::test]
async fn stars_buy_an_item() {
    let stage = with_ann().await;
    let link = link(&stage, ANN).await;
    let payment = stage.telegram.pays(ANN, &link).await.unwrap();
    stage.telegram.bot_wrote(Chat::Private(ANN), 2).await;
    assert!(stage.owns(ANN, RED_PIPE).await);
    assert_eq!(stage.state_of(&payment.charge_id).await, Some("bought"));
    stage.asks(ANN, "/paysupport").await;
    let shown = stage.transcript(Chat::Private(ANN));
    insta::assert_snapshot!(shown.replace(&payment.charge_id, "stx-1"));
    assert!(stage.world.audited().await.findings.is_empty());
}

#[tokio::test]
async fn a_payment_that_would_buy_nothing_is_declined() {
    let stage = with_ann().await;
    let mut said = Vec::new();
    let owned = link(&stage, ANN).await;
    stage.telegram.pays(ANN, &owned).await.unwrap();
    stage.telegram.bot_wrote(Chat::Private(ANN), 2).await;
    match stage.telegram.pays(ANN, &owned).await {
        Err(Declined::Refused(words)) => said.push(words),
        other => panic!("{other:?}"),
    }
    for (payload, stars) in [
        (format!("item:{BOB}:7"), 24),
        (format!("item:{ANN}:7"), 25),
        (format!("item:{BOB}:8"), 25),
        (format!("item:{BOB}:9"), 25),
        ("something".to_owned(), 25),
    ] {
        let question = stage.telegram.ask(BOB, &payload, stars);
        said.push(stage.telegram.said(&question).await.unwrap().unwrap_err());
    }
    insta::assert_snapshot!(said.join("\n"));
    assert!(!stage.owns(BOB, RED_PIPE).await);
}

#[tokio::test]
async fn a_payment_that_is_told_twice_buys_once() {
    let stage = with_ann().await;
    let link = link(&stage, ANN).await;
    let payment = stage.telegram.pays(ANN, &link).await.unwrap();
    stage.telegram.bot_wrote(Chat::Private(ANN), 2).await;
    let first = stage.telegram.tell_again(&payment);
    stage.telegram.all_taken().await;
    stage.telegram.repeat(first);
    stage.telegram.all_taken().await;
    assert_eq!(stage.state_of(&payment.charge_id).await, Some("bought"));
    let bought = stage.world.store().purchases(user(ANN)).await.unwrap();
    assert_eq!(bought.len(), 1);
    assert!(stage.world.store().stars_owed(10).await.unwrap().is_empty());
    // And it was said once.
    assert_eq!(stage.bot_wrote(Chat::Private(ANN)).len(), 2);
}

#[tokio::test]
async fn stars_for_what_is_owned_already_go_back_once() {
    let stage = with_ann().await;
    let payload = format!("item:{ANN}:{RED_PIPE}");
    let (first, _) = stage.telegram.paid(ANN, &payload, 25);
    stage.telegram.bot_wrote(Chat::Private(ANN), 2).await;
    // Both were agreed on before either was told. The answer to the refund is lost.
    stage
        .telegram
        .next("refundStarPayment", 1, Fault::LostAnswer);
    let (second, _) = stage.telegram.paid(ANN, &payload, 25);
    stage.telegram.tell_again(&second);
    stage.telegram.called("refundStarPayment", 2).await;
    until(async || stage.state_of(&second.charge_id).await == Some("refunded")).await;
    stage.telegram.all_taken().await;
    let given_back: Vec<_> = stage.telegram.payments();
    let given_back = given_back.iter().filter(|payment| payment.refunded);
    let given_back: Vec<_> = given_back.map(|payment| &payment.charge_id).collect();
    assert_eq!(given_back, [&second.charge_id]);
    assert_eq!(stage.state_of(&first.charge_id).await, Some("bought"));
    assert!(stage.owns(ANN, RED_PIPE).await);
    let shown = stage.transcript(Chat::Private(ANN));
    assert_eq!(shown.matches("bought nothing").count(), 1, "{shown}");
}

#[tokio::test]
async fn a_crash_between_payment_and_credit_loses_nothing() {
    let mut stage = with_ann().await;
    let link = link(&stage, ANN).await;
    let invoice = stage.telegram.agreed(ANN, &link).await.unwrap();
    stage.telegram.all_taken().await;
    stage.kill().await;
    // Nobody is there when it is told.
    let (payment, update) = stage.telegram.paid(ANN, &invoice.payload, invoice.stars);
    assert_eq!(stage.state_of(&payment.charge_id).await, None);
    stage.start();
    stage.telegram.all_taken().await;
    assert_eq!(stage.state_of(&payment.charge_id).await, Some("bought"));
    // Killed after the credit and before it was remembered that the update was done: it comes again.
    stage.kill().await;
    let place = format!("telegram.done.{}", update % 4_096);
    let forgotten = serde_json::Value::Null;
    stage
        .world
        .store()
        .memo_set(place, forgotten)
        .await
        .unwrap();
    stage.telegram.repeat(update);
    stage.start();
    stage.telegram.all_taken().await;
    let bought = stage.world.store().purchases(user(ANN)).await.unwrap();
    assert_eq!(bought.len(), 1);
    assert!(stage.world.store().stars_owed(10).await.unwrap().is_empty());
    assert!(!stage.telegram.payments()[0].refunded);
}

#[tokio::test]
async fn stars_that_are_owed_go_back_after_a_crash() {
    let mut stage = with_ann().await;
    let payload = format!("item:{ANN}:{RED_PIPE}");
    stage.telegram.paid(ANN, &payload, 25);
    stage.telegram.bot_wrote(Chat::Private(ANN), 2).await;
    // Telegram does not take the refund for now, and the bot is killed meanwhile.
    stage
        .telegram
        .next("refundStarPayment", 1_000, Fault::ServerError);
    let (second, _) = stage.telegram.paid(ANN, &payload, 25);
    stage.telegram.called("refundStarPayment", 1).await;
    stage.kill().await;
    assert_eq!(stage.state_of(&second.charge_id).await, Some("owed"));
    stage.telegram.all_is_well();
    stage.start();
    until(async || stage.state_of(&second.charge_id).await == Some("refunded")).await;
    assert!(stage.telegram.payments()[1].refunded);
}

#[tokio::test]
async fn stars_for_what_nobody_sold_go_back() {
    let stage = with_ann().await;
    let (payment, _) = stage.telegram.paid(ANN, "another bot's", 5);
    stage.telegram.bot_wrote(Chat::Private(ANN), 2).await;
    assert!(stage.telegram.payments()[0].refunded);
    assert_eq!(stage.state_of(&payment.charge_id).await, None);
}

#[tokio::test]
async fn an_operator_gives_stars_back() {
    let stage = with_ann().await;
    let link = link(&stage, ANN).await;
    let payment = stage.telegram.pays(ANN, &link).await.unwrap();
    stage.telegram.bot_wrote(Chat::Private(ANN), 2).await;
    let (bot, charge) = (stage.bot(), StarsCharge::of(&payment.charge_id));
    bot.refund_stars(charge).await.unwrap();
    assert!(stage.telegram.payments()[0].refunded);
    assert_eq!(stage.state_of(&payment.charge_id).await, Some("refunded"));
    assert!(!stage.owns(ANN, RED_PIPE).await);
    let again = bot.refund_stars(charge).await;
    assert!(matches!(again, Err(RefundError::Refunded)), "{again:?}");
    let unknown = bot.refund_stars(StarsCharge::of("nothing")).await;
    assert!(
        matches!(unknown, Err(RefundError::UnknownPayment)),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn stars_that_went_back_elsewhere_are_known_to_the_ledger() {
    let stage = with_ann().await;
    let link = link(&stage, ANN).await;
    let payment = stage.telegram.pays(ANN, &link).await.unwrap();
    stage.telegram.bot_wrote(Chat::Private(ANN), 2).await;
    stage.telegram.refunded_elsewhere(&payment);
    until(async || stage.state_of(&payment.charge_id).await == Some("refunded")).await;
    assert!(!stage.owns(ANN, RED_PIPE).await);
}

#[tokio::test]
async fn invoices_are_made_for_what_is_sold_for_stars() {
    let mut stage = with_ann().await;
    let refused = async |stage: &Stage, item: &str| {
        let invoices = stage.bot().invoices();
        invoices.link(user(ANN), item_id(item)).await.unwrap_err()
    };
    assert!(matches!(
        refused(&stage, "9").await,
        InvoiceRefusal::UnknownItem
    ));
    assert!(matches!(
        refused(&stage, "8").await,
        InvoiceRefusal::NotForStars
    ));
    let link = link(&stage, ANN).await;
    stage.telegram.pays(ANN, &link).await.unwrap();
    stage.telegram.bot_wrote(Chat::Private(ANN), 2).await;
    assert!(matches!(
        refused(&stage, RED_PIPE).await,
        InvoiceRefusal::Owned
    ));
    for rail in [Rail::Jetton, Rail::Off] {
        stage.rail = rail;
        assert!(matches!(
            refused(&stage, RED_PIPE).await,
            InvoiceRefusal::Off
        ));
    }
}

/// Looks until it is so.
async fn until(mut so: impl AsyncFnMut() -> bool) {
    let looking = async {
        while !so().await {
            tokio::task::yield_now().await;
        }
    };
    let limit = std::time::Duration::from_secs(20);
    tokio::time::timeout(limit, looking)
        .await
        .expect("it becomes so");
}

//! What goes wrong between here and the chain changes nothing of what arrives.

use ledger::BatchId;
use settlement::Turn;
use ton::{OutMessage, sbt};
use ton_sandbox::LostAnswer;

use crate::rig::{Player, Rig, TIMEOUT_SECS, TON, achievement};

async fn sends_of_first(rig: &Rig) -> u32 {
    let batch = BatchId::new(1).expect("above zero");
    let batch = rig.world.store().batch(batch).await.expect("it answers");
    batch.expect("the first").batch.sends
}

/// Plays, lets something go wrong, and looks at what has arrived.
async fn check(fault: impl Fn(&Rig)) -> Rig {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let players: Vec<Player> = (1..=20).map(Player::new).collect();
    for player in &players {
        rig.play(player, 30).await;
    }
    fault(&rig);
    rig.settle(&settlement).await;
    rig.chain.faults().clear();
    rig.all_settled(40).await;
    rig.mirrors(&players).await;
    rig
}

#[tokio::test]
async fn a_lost_answer_pays_nobody_twice() {
    for how in [
        LostAnswer::Dropped,
        LostAnswer::ServerError,
        LostAnswer::GatewayTimeout,
    ] {
        let rig = check(|rig| rig.chain.faults().lose_answers(how, 3)).await;
        // What deployed, and one batch.
        assert_eq!(rig.externals().await, 2, "{how:?}");
    }
}

#[tokio::test]
async fn a_lost_external_is_sent_again() {
    let rig = check(|rig| rig.chain.faults().lose_externals(2)).await;
    assert!(sends_of_first(&rig).await >= 3);
    assert_eq!(rig.externals().await, 2);
}

#[tokio::test]
async fn a_busy_server_only_takes_longer() {
    check(|rig| rig.chain.faults().answer_busy_share(40)).await;
    check(|rig| rig.chain.faults().fail(25)).await;
}

#[tokio::test]
async fn what_is_seen_late_is_waited_for() {
    check(|rig| rig.chain.faults().lag(5)).await;
    check(|rig| rig.chain.faults().late_finality(6)).await;
    check(|rig| rig.chain.faults().one_hop_a_block(true)).await;
}

#[tokio::test]
async fn pages_in_disorder_lose_no_purchase() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let players: Vec<Player> = (1..=5).map(Player::new).collect();
    for player in &players {
        rig.play(player, 100).await;
    }
    rig.settle(&settlement).await;
    for player in &players {
        rig.pay(player, 50, Some(&format!("{}:1", player.user)))
            .await;
    }
    let faults = rig.chain.faults();
    faults.short_pages(3);
    faults.reorder_pages(7);
    faults.gap_pages(3);
    faults.answer_busy_share(20);
    rig.settle(&settlement).await;
    faults.clear();
    for player in &players {
        let bought = rig.world.store().purchases(player.user).await;
        assert_eq!(bought.expect("it answers").len(), 1);
    }
    rig.mirrors(&players).await;
}

#[tokio::test]
async fn what_can_land_no_more_is_signed_again() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let ada = Player::new(1);
    rig.play(&ada, 30).await;
    rig.chain.faults().lose_externals(u32::MAX);
    let fence = rig.fence("rig").await;
    while sends_of_first_or_none(&rig).await == 0 {
        settlement.reward_turn(&fence).await.expect("it works");
    }
    // It can land until the timeout, and for that long nothing else is sent.
    rig.chain.advance(TIMEOUT_SECS - 120);
    rig.chain.blocks(2).await.expect("it goes on");
    assert_eq!(
        settlement.reward_turn(&fence).await.expect("it works"),
        Turn::Waits
    );
    assert_eq!(
        rig.world
            .store()
            .batches_open()
            .await
            .expect("it answers")
            .len(),
        1
    );
    rig.chain.advance(300);
    rig.chain.faults().clear();
    rig.settle(&settlement).await;
    rig.all_settled(2).await;
    rig.mirrors(&[ada]).await;
    assert!(
        rig.rewards()
            .await
            .iter()
            .all(|reward| reward.attempts == 2)
    );
}

async fn sends_of_first_or_none(rig: &Rig) -> u32 {
    let open = rig.world.store().batches_open().await.expect("it answers");
    open.first().map_or(0, |work| work.batch.sends)
}

#[tokio::test]
async fn a_starved_wallet_keeps_the_queue() {
    let rig = Rig::start().await;
    let mut config = rig.config();
    let balance = rig.chain.balance(rig.wallet.address());
    config.low_balance = balance;
    let settlement = rig.settlement_of(config);
    let ada = Player::new(1);
    rig.play(&ada, 30).await;
    let fence = rig.fence("rig").await;
    for _ in 0..5 {
        settlement.reward_turn(&fence).await.expect("it works");
    }
    let status = settlement.status().await.expect("it answers");
    let low = status.low_funds.expect("too little");
    assert!(low.needed > low.balance);
    assert_eq!(rig.externals().await, 1, "only what deployed");
    rig.chain
        .give(rig.wallet.address(), 10 * TON)
        .await
        .expect("it gives");
    rig.settle(&settlement).await;
    rig.all_settled(2).await;
    rig.mirrors(&[ada]).await;
    assert_eq!(
        settlement.status().await.expect("it answers").low_funds,
        None
    );
}

/// The wallet itself accepts a message that it cannot pay for, says `processed?`, and sends nothing.
#[tokio::test]
async fn a_wallet_emptied_after_the_check_loses_nothing() {
    let rig = Rig::start().await;
    let mut config = rig.config();
    config.low_balance = 0;
    let settlement = rig.settlement_of(config);
    let players: Vec<Player> = (1..=20).map(Player::new).collect();
    for player in &players {
        rig.play(player, 30).await;
    }
    let fence = rig.fence("rig").await;
    rig.chain.faults().lose_externals(1);
    while sends_of_first_or_none(&rig).await == 0 {
        settlement.reward_turn(&fence).await.expect("it works");
    }
    // All but a little goes elsewhere, and the very bytes that were lost are sent by somebody who saw them.
    let balance = rig.chain.balance(rig.wallet.address());
    let away = OutMessage {
        destination: Player::new(99).wallet.address().clone(),
        value: balance - 300_000_000,
        body: ton::Cell::default(),
        state_init: None,
        bounce: false,
        mode: 3,
    };
    rig.send_as_shop(8_000_001, &[away]).await;
    let open = rig.world.store().batches_open().await.expect("it answers");
    let message = open[0].batch.message.clone().expect("signed");
    rig.chain.send(&message.boc).await.expect("it is taken");
    rig.chain.quiet().await.expect("it goes on");
    rig.chain
        .give(rig.wallet.address(), 100 * TON)
        .await
        .expect("it gives");
    rig.settle(&settlement).await;
    rig.all_settled(40).await;
    rig.mirrors(&players).await;
}

/// With the same keys somebody else mints between our look at the collection and our message.
#[tokio::test]
async fn an_index_taken_by_somebody_else_goes_back_into_the_queue() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let players: Vec<Player> = (1..=3).map(Player::new).collect();
    for player in &players {
        rig.play(player, 0).await;
    }
    let fence = rig.fence("rig").await;
    rig.chain.faults().lose_externals(1);
    while sends_of_first_or_none(&rig).await == 0 {
        settlement.reward_turn(&fence).await.expect("it works");
    }
    let stranger = Player::new(99);
    let items = [sbt::SbtItem {
        index: 0,
        owner: stranger.wallet.address().clone(),
        content: sbt::item_content("other.json"),
        value: sbt::ITEM_VALUE,
    }];
    let mint = OutMessage {
        destination: rig.collections[&achievement(1)].address().clone(),
        value: sbt::batch_value(&items),
        body: sbt::batch_mint_body(0, &items),
        state_init: None,
        bounce: true,
        mode: 3,
    };
    rig.send_as_shop(8_000_001, &[mint]).await;
    rig.settle(&settlement).await;
    rig.all_settled(6).await;
    let mut owners = rig.owners(1).await;
    assert_eq!(owners.remove(0), *stranger.wallet.address());
    owners.sort();
    let mut expect: Vec<_> = players
        .iter()
        .map(|one| one.wallet.address().clone())
        .collect();
    expect.sort();
    assert_eq!(owners, expect);
    let again = rig
        .rewards()
        .await
        .iter()
        .filter(|reward| reward.attempts == 2)
        .count();
    assert_eq!(again, 1, "only the one whose index was taken");
}

/// As after a backup was restored, or with a new ledger and the old wallet: the wallet has taken messages by the numbers that come.
#[tokio::test]
async fn numbers_that_the_wallet_has_taken_are_passed_over() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let player = Player::new(1);
    for nth in 1..=3 {
        let to_itself = OutMessage {
            destination: rig.wallet.address().clone(),
            value: 1_000_000,
            body: ton::Cell::default(),
            state_init: None,
            bounce: false,
            mode: 3,
        };
        rig.send_as_shop(nth, &[to_itself]).await;
    }
    rig.play(&player, 30).await;
    rig.settle(&settlement).await;
    rig.all_settled(2).await;
    rig.mirrors(&[player]).await;
    let fourth = rig
        .world
        .store()
        .batch(BatchId::new(4).expect("above zero"));
    let fourth = fourth.await.expect("it answers").expect("the fourth");
    assert_eq!(fourth.batch.sends, 1);
}

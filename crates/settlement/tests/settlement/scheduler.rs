//! When a batch is formed, by the ledger's clock.

use std::{sync::Arc, time::Duration};

use app::{Clock, ManualClock};
use settlement::{Settlement, Turn};

use crate::rig::{Player, Rig};

const NOW_MS: i64 = 1_790_000_000_000;

async fn rig() -> (Rig, Arc<ManualClock>, Settlement) {
    let clock = Arc::new(ManualClock::at(NOW_MS));
    let rig = Rig::start_with(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let mut config = rig.config();
    config.debounce = Duration::from_secs(5);
    config.max_age = Duration::from_secs(20);
    config.batch_actions = 100;
    let settlement = rig.settlement_of(config);
    (rig, clock, settlement)
}

#[tokio::test]
async fn a_batch_closes_five_seconds_after_the_last_reward() {
    let (rig, clock, settlement) = rig().await;
    let fence = rig.fence("a").await;
    let turn = async || settlement.reward_turn(&fence).await.expect("it works");
    assert_eq!(turn().await, Turn::Idle { until_ms: None });
    rig.play(&Player::new(1), 5).await;
    let five_later = Turn::Idle {
        until_ms: Some(NOW_MS + 5_000),
    };
    assert_eq!(turn().await, five_later);
    clock.set(NOW_MS + 4_999);
    rig.play(&Player::new(2), 5).await;
    clock.set(NOW_MS + 9_998);
    assert!(matches!(turn().await, Turn::Idle { until_ms: Some(_) }));
    clock.set(NOW_MS + 9_999);
    assert_eq!(turn().await, Turn::Moved);
    let open = rig.world.store().batches_open().await.expect("it answers");
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].batch.rewards, 4);
}

#[tokio::test]
async fn steady_traffic_puts_nobody_off() {
    let (rig, clock, settlement) = rig().await;
    let fence = rig.fence("a").await;
    // Every four seconds somebody plays: never five quiet ones.
    for second in [0, 4, 8, 12, 16] {
        clock.set(NOW_MS + second * 1_000);
        rig.play(&Player::new(1), 5).await;
        let turn = settlement.reward_turn(&fence).await.expect("it works");
        assert!(matches!(turn, Turn::Idle { .. }), "after {second} s");
    }
    clock.set(NOW_MS + 20_000);
    rig.play(&Player::new(1), 5).await;
    let turn = settlement.reward_turn(&fence).await.expect("it works");
    assert_eq!(turn, Turn::Moved);
}

#[tokio::test]
async fn a_hundred_close_a_batch_at_once() {
    let (rig, _clock, settlement) = rig().await;
    let fence = rig.fence("a").await;
    for user in 1..=50 {
        let turn = settlement.reward_turn(&fence).await.expect("it works");
        assert!(matches!(turn, Turn::Idle { .. }), "before player {user}");
        // Tokens and an achievement.
        rig.play(&Player::new(user), 5).await;
    }
    let turn = settlement.reward_turn(&fence).await.expect("it works");
    assert_eq!(turn, Turn::Moved);
    let open = rig.world.store().batches_open().await.expect("it answers");
    assert_eq!(open[0].batch.rewards, 100);
}

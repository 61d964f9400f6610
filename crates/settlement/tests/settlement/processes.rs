//! Of two processes over one ledger, one works.

use std::time::Duration;

use app::{App, Fence, SystemClock};
use settlement::{LEASE, Settlement, Turn};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::rig::{DEADLINE, Player, Rig};

#[tokio::test]
async fn one_that_slept_over_its_lease_changes_nothing() {
    let rig = Rig::start().await;
    let (slow, quick) = (rig.settlement(), rig.settlement());
    let players: Vec<Player> = (1..=5).map(Player::new).collect();
    for player in &players {
        rig.play(player, 30).await;
    }
    let old = short_lease(&rig, "slow").await;
    assert_eq!(slow.reward_turn(&old).await.expect("it works"), Turn::Moved);
    // It sleeps, with a batch in hand; the other one goes on with it.
    let new = next_lease(&rig, "quick").await;
    assert!(new.number > old.number);
    assert_eq!(
        quick.reward_turn(&new).await.expect("it works"),
        Turn::Moved
    );
    let signed = rig.world.store().batches_open().await.expect("it answers");
    for _ in 0..3 {
        slow.reward_turn(&old).await.expect("it works");
        slow.deposit_turn(&old).await.expect("it works");
    }
    let after = rig.world.store().batches_open().await.expect("it answers");
    assert_eq!(signed[0].batch, after[0].batch, "nothing was written");
    assert_eq!(rig.externals().await, 1, "and nothing was sent");
    let cursor = rig
        .world
        .store()
        .chain_cursor(crate::rig::kept(rig.wallet.address()))
        .await;
    assert_eq!(cursor.expect("it answers"), None);
    rig.settle_as(&quick, &new).await;
    slow.reward_turn(&old).await.expect("it works");
    rig.all_settled(10).await;
    rig.mirrors(&players).await;
}

async fn short_lease(rig: &Rig, owner: &str) -> Fence {
    lease(rig, owner, 1).await.expect("it is free")
}

async fn next_lease(rig: &Rig, owner: &str) -> Fence {
    let wait = async {
        loop {
            if let Some(fence) = lease(rig, owner, 600_000).await {
                return fence;
            }
            rig.a_block().await;
        }
    };
    tokio::time::timeout(DEADLINE, wait)
        .await
        .expect("it is over soon")
}

async fn lease(rig: &Rig, owner: &str, for_ms: i64) -> Option<Fence> {
    let store = rig.world.store();
    let lease = store.lease(LEASE.into(), owner.into(), for_ms).await;
    lease.expect("it answers").map(|number| Fence {
        lease: LEASE.into(),
        number,
    })
}

#[tokio::test]
async fn two_that_run_pay_once_and_the_second_takes_over() {
    let rig = Rig::start().await;
    let (app, gates) = App::new(
        std::sync::Arc::clone(&rig.ledger.store),
        std::sync::Arc::new(SystemClock),
    );
    let second = Settlement::new(rig.config(), app, gates.job.clone());
    let first = rig.settlement();
    let (stop_first, stop_second) = (CancellationToken::new(), CancellationToken::new());
    let mut running = JoinSet::new();
    let stop = stop_first.clone();
    running.spawn(async move { first.run(stop).await });
    let stop = stop_second.clone();
    running.spawn(async move { second.run(stop).await });
    let players: Vec<Player> = (1..=10).map(Player::new).collect();
    for player in &players {
        rig.play(player, 60).await;
    }
    until(&rig, async || {
        rig.rewards()
            .await
            .iter()
            .filter(|one| one.seen.is_some())
            .count()
            == 20
    })
    .await;
    // The first gives its lease back, or the second had it from the beginning.
    stop_first.cancel();
    for player in &players {
        rig.pay(player, 50, Some(&format!("{}:1", player.user)))
            .await;
    }
    until(&rig, async || {
        let bought = rig.world.store().purchases_newest(None, 100).await;
        bought.expect("it answers").len() == 10
    })
    .await;
    stop_second.cancel();
    while running.join_next().await.is_some() {}
    rig.all_settled(20).await;
    rig.mirrors(&players).await;
}

async fn until(rig: &Rig, reached: impl AsyncFn() -> bool) {
    let wait = async {
        while !reached().await {
            rig.a_block().await;
        }
    };
    tokio::time::timeout(DEADLINE + Duration::from_secs(30), wait)
        .await
        .expect("it comes to that");
}

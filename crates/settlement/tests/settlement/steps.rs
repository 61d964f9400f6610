//! The work is killed after each of its steps, and every step is done twice.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use settlement::{After, AfterStep, Settlement, Step, Trouble, Turn};

use crate::rig::{Player, Rig, TIMEOUT_SECS};

/// Answers from a script, and counts.
#[derive(Clone, Default)]
struct Script {
    met: Arc<Mutex<BTreeMap<usize, u32>>>,
}

impl Script {
    fn meets(&self, step: Step) -> u32 {
        let place = Step::ALL
            .iter()
            .position(|one| *one == step)
            .expect("one of all");
        let mut met = self.met.lock().expect("nobody panics");
        let count = met.entry(place).or_default();
        *count += 1;
        *count
    }

    fn count(&self, step: Step) -> u32 {
        let place = Step::ALL
            .iter()
            .position(|one| *one == step)
            .expect("one of all");
        self.met
            .lock()
            .expect("nobody panics")
            .get(&place)
            .copied()
            .unwrap_or_default()
    }

    fn over(
        &self,
        rig: &Rig,
        answer: impl Fn(Step, u32) -> After + Send + Sync + 'static,
    ) -> Settlement {
        let mut config = rig.config();
        config.batch_actions = 12;
        let script = self.clone();
        config.after_step = AfterStep::new(move |step| answer(step, script.meets(step)));
        rig.settlement_of(config)
    }
}

/// Works with whatever the script makes of it; killed work begins again from the ledger, with nothing remembered.
async fn work(rig: &Rig, start: impl Fn() -> Settlement) {
    let fence = rig.fence("rig").await;
    let work = async {
        let mut settlement = start();
        loop {
            let rewards = settlement.reward_turn(&fence).await;
            let deposits = match &rewards {
                Err(Trouble::Stopped(_)) => Ok(Turn::Waits),
                _ => settlement.deposit_turn(&fence).await,
            };
            match (rewards, deposits) {
                (Err(Trouble::Stopped(_)), _) | (_, Err(Trouble::Stopped(_))) => {
                    settlement = start()
                }
                (Ok(Turn::Idle { until_ms: None }), Ok(Turn::Waits)) => break,
                (Err(trouble), _) | (_, Err(trouble)) => panic!("{trouble}"),
                (Ok(Turn::Waits), Ok(_)) => rig.a_block().await,
                _ => {}
            }
        }
    };
    tokio::time::timeout(crate::rig::DEADLINE, work)
        .await
        .expect("it ends");
}

/// Games, purchases, a purchase before anybody knew the player, a refund, and a message that never lands: every step is met.
async fn live(rig: &Rig, start: impl Fn() -> Settlement) {
    let players: Vec<Player> = (1..=5).map(Player::new).collect();
    for player in &players {
        rig.play(player, 100).await;
    }
    work(rig, &start).await;
    rig.pay(&players[0], 50, Some("1:1")).await;
    rig.pay(&players[1], 20, Some("77:1")).await;
    rig.pay(&players[1], 60, Some("77:1")).await;
    rig.pay(&players[2], 60, None).await;
    work(rig, &start).await;
    let stranger = Player::new(77);
    rig.known(&stranger).await;
    crate::deposits::refund_all_without_comment(rig).await;
    work(rig, &start).await;
    for player in &players {
        rig.play(player, 100).await;
    }
    rig.chain.faults().lose_externals(1_000_000);
    let fence = rig.fence("rig").await;
    let lost = rig.settlement();
    loop {
        lost.reward_turn(&fence).await.expect("it works");
        let open = rig.world.store().batches_open().await.expect("it answers");
        if open.first().is_some_and(|work| work.batch.sends > 0) {
            break;
        }
    }
    rig.chain.faults().clear();
    rig.chain.faults().lose_externals(0);
    rig.chain.advance(TIMEOUT_SECS + 300);
    rig.chain.blocks(2).await.expect("it goes on");
    work(rig, &start).await;

    rig.mirrors(&players).await;
    let bought = async |player: &Player| {
        let bought = rig.world.store().purchases(player.user).await;
        bought.expect("it answers").len()
    };
    assert_eq!(bought(&players[0]).await, 1);
    assert_eq!(bought(&stranger).await, 1);
    let status = rig.settlement().status().await.expect("it answers");
    assert_eq!(status.held, 1, "what was underpaid");
    assert!(status.batches.is_empty());
    // 101 tokens and an achievement each, then one token, and the second achievement.
    let tokens = |reward: &&app::RewardLine| reward.owed.money().is_some();
    let rewards = rig.rewards().await;
    assert_eq!(rewards.iter().filter(tokens).count(), 5 + 5 + 1);
    assert!(rewards.iter().all(|reward| reward.seen.is_some()));
    assert_eq!(rig.tokens_on_chain(players[3].wallet.address()).await, 102);
    assert_eq!(rig.tokens_on_chain(players[0].wallet.address()).await, 52);
    assert_eq!(
        rig.tokens_on_chain(players[2].wallet.address()).await,
        102,
        "it came back"
    );
    assert_eq!(status.supply.ledger.unsigned_abs(), status.supply.chain);
    assert_eq!(status.supply.on_the_way, 20, "what is held");
}

#[tokio::test]
async fn killed_after_every_step_nothing_is_lost_and_nothing_twice() {
    let rig = Rig::start().await;
    let script = Script::default();
    // Every other time: killed after each, and then let through once.
    let start = || {
        script.over(&rig, |_, count| {
            if count % 2 == 1 {
                After::Stop
            } else {
                After::GoOn
            }
        })
    };
    live(&rig, start).await;
    for step in Step::ALL {
        assert!(script.count(step) > 0, "{step:?} was never met");
    }
}

#[tokio::test]
async fn every_step_done_twice_does_what_it_does_once() {
    let rig = Rig::start().await;
    let script = Script::default();
    let start = || {
        script.over(&rig, |_, count| {
            if count % 2 == 1 {
                After::Again
            } else {
                After::GoOn
            }
        })
    };
    live(&rig, start).await;
    for step in Step::ALL {
        assert!(script.count(step) > 1, "{step:?} was never met");
    }
}

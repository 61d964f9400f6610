//! How many rewards a second settle on the sandbox chain, and how a burst drains: `cargo run -p settlement --example burst -- 100000`.

#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../tests/settlement/rig.rs"]
mod rig;

use std::time::Duration;

use rig::{Player, Rig};
use settlement::Config;
use tokio::time::Instant;

#[tokio::main]
async fn main() {
    let count: u64 = std::env::args()
        .nth(1)
        .map_or(10_000, |text| text.parse().expect("a number of rewards"));
    let rig = Rig::start().await;
    let faucet = 100_000 * rig::TON;
    rig.chain
        .give(rig.wallet.address(), faucet)
        .await
        .expect("the faucet gives");
    // Tokens and an achievement for each.
    let players: Vec<Player> = (1..=count.div_ceil(2)).map(Player::new).collect();
    for player in &players {
        rig.play(player, 5).await;
    }
    for actions in [100, Config::ACTIONS_MOST] {
        println!("up to {actions} in a batch, one batch at a time");
        break_down(&rig, actions).await;
        for player in players.iter().take(2_000) {
            rig.play(player, 5).await;
        }
    }
}

async fn break_down(rig: &Rig, actions: u32) {
    let mut config = rig.config();
    config.batch_actions = actions;
    config.poll = Duration::from_millis(10);
    let settlement = rig.settlement_of(config);
    let before = settled(rig).await;
    let start = Instant::now();
    let fence = rig.fence("burst").await;
    rig.send_all(&settlement, &fence).await;
    let took = start.elapsed();
    let done = settled(rig).await.saturating_sub(before);
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = done.saturating_mul(1_000) / millis;
    println!("{done} rewards in {took:.1?}: {rate} a second");
}

async fn settled(rig: &Rig) -> u64 {
    let tallies = rig
        .world
        .store()
        .reward_tallies()
        .await
        .expect("it answers");
    let settled = tallies
        .iter()
        .find(|tally| tally.state == economy::RewardState::Settled);
    settled.map_or(0, |tally| tally.count)
}

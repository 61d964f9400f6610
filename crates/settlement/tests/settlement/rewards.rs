//! Games earn what arrives on the chain.

use settlement::Config;

use crate::rig::{Player, Rig, kept};

#[tokio::test]
async fn a_first_game_arrives_on_the_chain() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let ada = Player::new(1);
    rig.play(&ada, 25).await;
    rig.settle(&settlement).await;
    assert_eq!(rig.tokens_on_chain(ada.wallet.address()).await, 21);
    assert_eq!(rig.owners(1).await, [ada.wallet.address().clone()]);
    rig.all_settled(2).await;
    rig.mirrors(&[ada]).await;
    let status = settlement.status().await.expect("it answers");
    assert!(status.is_caught_up());
    assert_eq!(status.supply.ledger, 21);
    assert_eq!(status.supply.chain, 21);
    assert_eq!(status.supply.on_the_way, 0);
    assert!(status.batches.is_empty() && status.trouble.is_empty());
}

#[tokio::test]
async fn rewards_wait_for_a_wallet() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let ada = Player::new(1);
    rig.known(&ada).await;
    rig.play_with(&ada, 0, None).await;
    rig.settle(&settlement).await;
    let status = settlement.status().await.expect("it answers");
    assert_eq!(status.waiting.without_wallet, 2);
    assert_eq!(status.supply.on_the_way, 1);
    assert_eq!(rig.externals().await, 1, "only what deployed");
    rig.play(&ada, 0).await;
    rig.settle(&settlement).await;
    rig.all_settled(4).await;
    assert_eq!(rig.tokens_on_chain(ada.wallet.address()).await, 2);
    rig.mirrors(&[ada]).await;
}

#[tokio::test]
async fn one_owner_gets_one_mint() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let ada = Player::new(1);
    for _ in 0..5 {
        rig.play(&ada, 0).await;
    }
    rig.settle(&settlement).await;
    assert_eq!(rig.tokens_on_chain(ada.wallet.address()).await, 5);
    let tokens: Vec<_> = rig.rewards().await;
    let seen = tokens.iter().filter(|one| one.owed.money().is_some());
    let mut seen: Vec<_> = seen.map(|one| one.seen).collect();
    seen.dedup();
    assert_eq!(seen.len(), 1, "all by the same transaction");
    rig.mirrors(&[ada]).await;
}

#[tokio::test]
async fn two_hundred_and_fifty_fit_into_one_message() {
    let rig = Rig::start().await;
    let mut config = rig.config();
    config.batch_actions = Config::ACTIONS_MOST;
    let settlement = rig.settlement_of(config);
    let players: Vec<Player> = (1..=250).map(Player::new).collect();
    for player in &players {
        rig.known(player).await;
        rig.play_with(player, 0, None).await;
    }
    // A second game binds the wallets: three hundred and more are ready at once.
    for player in &players {
        rig.play(player, 0).await;
    }
    rig.settle(&settlement).await;
    rig.all_settled(1_000).await;
    let batch = ledger::BatchId::new(1).expect("above zero");
    let batch = rig.world.store().batch(batch).await.expect("it answers");
    let batch = batch.expect("the first").batch;
    assert_eq!(batch.rewards, 250);
    assert!(batch.message.expect("signed").boc.len() < 65_535);
    rig.mirrors(&players).await;
}

#[tokio::test]
async fn a_thousand_players_get_every_reward_once() {
    let rig = Rig::start().await;
    let mut config = rig.config();
    config.batch_actions = Config::ACTIONS_MOST;
    let settlement = rig.settlement_of(config);
    let players: Vec<Player> = (1..=1_000).map(Player::new).collect();
    for (number, player) in players.iter().enumerate() {
        rig.play(player, u32::try_from(number % 50).expect("small"))
            .await;
    }
    rig.settle(&settlement).await;
    rig.all_settled(2_000).await;
    let mut owners: Vec<_> = rig.owners(1).await.iter().map(kept).collect();
    owners.sort_unstable();
    owners.dedup();
    assert_eq!(owners.len(), 1_000);
    rig.mirrors(&players).await;
    let status = settlement.status().await.expect("it answers");
    assert_eq!(status.supply.ledger.unsigned_abs(), status.supply.chain);
}

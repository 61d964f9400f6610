use std::sync::Arc;

use app::{BatchState, LandedAt, ManualClock, NewBatch, SystemClock};
use economy::{Command, Play, RewardState};

use super::{Opener, town::Town};
use crate::{
    game::{Game, achievement, address, fence, hash, telegram},
    world::World,
};

/// A game with two players who have wallets, and three rewards each.
async fn queue(town: &Town) -> Game {
    let game = Game::open(&town.world, town.tea.id).await;
    for (user, run) in [(11, 1), (12, 3)] {
        let player = game.player(user).await;
        let first = Play {
            wallet: Some(address(u8::try_from(user).expect("small"))),
            ..game.play(&player, run, 10)
        };
        town.world.done(first).await;
        town.world.done(game.play(&player, run + 1, 10)).await;
    }
    game
}

pub(super) async fn batches_take_what_can_be_sent(opener: Arc<dyn Opener>) {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let town = Town::open_at(&opener, Arc::clone(&clock) as _).await;
    let store = town.world.store();
    let game = queue(&town).await;
    let small = NewBatch {
        most: 3,
        most_achievements: 1,
        most_refunds: 1,
    };
    let ids = async |new| {
        let id = store.batch_form(game.fence.clone(), new).await;
        let id = id.expect("the store answers").expect("something waits");
        let work = store.batch(id).await.expect("the store answers");
        work.expect("it was formed")
    };
    let first = ids(small).await;
    assert_eq!((first.batch.id.get(), first.rewards.len()), (1, 3));
    let achievements = first.rewards.iter();
    let achievements = achievements.filter(|line| line.owed.money().is_none());
    assert_eq!(achievements.count(), 1);
    let second = ids(small).await;
    assert_eq!((second.batch.id.get(), second.rewards.len()), (2, 3));
    assert_eq!(game.form().await, None);
    let open = store.batches_open().await.expect("the store answers");
    assert_eq!(open, [first.clone(), second.clone()]);

    clock.set(1_000_000_500);
    game.end(&first, BatchState::Expired).await;
    let waiting = store.rewards_waiting().await.expect("the store answers");
    assert_eq!(
        (waiting.count, waiting.oldest_ms),
        (3, Some(1_000_000_500)),
        "they wait again, behind others"
    );
    let back = game.rewards(RewardState::Waiting).await;
    assert!(
        back.iter()
            .all(|line| line.why.as_deref() == Some("it did not arrive") && line.attempts == 1)
    );
    let third = game.form().await.expect("something waits");
    assert_eq!(third.rewards.len(), 3);
    assert!(third.rewards.iter().all(|line| line.attempts == 2));
    let old = store.batch(first.batch.id).await;
    let old = old.expect("the store answers").expect("it was formed");
    assert_eq!(old.rewards, third.rewards, "what was in it is remembered");
    let fence = game.fence.clone();
    let again = store.batch_end(fence, first.batch.id, BatchState::Done, None);
    assert_eq!(again.await.ok(), Some(false), "a batch ends once");
    let tallies = store.reward_tallies().await.expect("the store answers");
    let batched = tallies
        .iter()
        .find(|tally| tally.state == RewardState::Batched);
    assert_eq!(batched.map(|tally| tally.count), Some(6));
    town.end().await;
}

pub(super) async fn only_the_newest_fence_writes(opener: Arc<dyn Opener>) {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let town = Town::open_at(&opener, Arc::clone(&clock) as _).await;
    let store = town.world.store();
    let game = queue(&town).await;
    let work = game.form().await.expect("something waits");
    let (id, old) = (work.batch.id, game.fence.clone());
    clock.set(1_010_000_000);
    let new = fence(&town.world, "another")
        .await
        .expect("the first's time is over");
    assert_ne!(new, old);

    let all = NewBatch {
        most: 9,
        most_achievements: 9,
        most_refunds: 9,
    };
    let at = LandedAt {
        transaction: hash(1),
        lt: 5,
    };
    let cursor = app::ChainCursor {
        lt: 9,
        hash: hash(9),
    };
    let signed = game.signed(&work);
    let (stale, account) = (|| old.clone(), address(0xee));
    let kept = store.batch_signed(stale(), id, signed.clone()).await;
    assert_eq!(kept.ok(), Some(false));
    assert_eq!(store.batch_form(stale(), all).await.ok(), Some(None));
    assert_eq!(store.batch_sent(stale(), id).await.ok(), Some(false));
    assert_eq!(store.batch_landed(stale(), id, at).await.ok(), Some(false));
    let ended = store.batch_end(stale(), id, BatchState::Done, None).await;
    assert_eq!(ended.ok(), Some(false));
    let set = store.chain_cursor_set(stale(), account, cursor).await;
    assert_eq!(set.ok(), Some(false));
    let found = store.batch(id).await.expect("the store answers");
    assert_eq!(found, Some(work), "nothing was written");
    assert_eq!(store.chain_cursor(account).await.ok(), Some(None));
    assert_eq!(store.sbt_next(achievement(1)).await.ok(), Some(0));

    let newest = || new.clone();
    assert_eq!(
        store.batch_sent(newest(), id).await.ok(),
        Some(false),
        "unsigned"
    );
    let kept = store.batch_signed(newest(), id, signed.clone()).await;
    assert_eq!(kept.ok(), Some(true));
    let again = store.batch_signed(newest(), id, signed.clone()).await;
    assert_eq!(again.ok(), Some(false), "a batch is signed once");
    assert_eq!(store.sbt_next(achievement(1)).await.ok(), Some(2));
    for sends in 1..=2 {
        assert_eq!(store.batch_sent(newest(), id).await.ok(), Some(true));
        let found = store.batch(id).await.expect("the store answers");
        let found = found.expect("it was formed");
        assert_eq!(found.batch.sends, sends);
        assert_eq!(found.batch.message.as_ref(), Some(&signed.message));
        assert!(
            found
                .rewards
                .iter()
                .all(|line| line.state == RewardState::Sent)
        );
        let indexes = found.rewards.iter();
        let indexes: Vec<_> = indexes
            .filter_map(|line| Some((line.id, line.sbt_index?)))
            .collect();
        assert_eq!(indexes, signed.indexes);
    }
    let set = store.chain_cursor_set(newest(), account, cursor).await;
    assert_eq!(set.ok(), Some(true));
    let back = app::ChainCursor {
        lt: 8,
        hash: hash(8),
    };
    let set = store.chain_cursor_set(newest(), account, back).await;
    assert_eq!(set.ok(), Some(true));
    assert_eq!(store.chain_cursor(account).await.ok(), Some(Some(cursor)));
    town.end().await;
}

/// A step, a restart, a step: each state is found again as it was left.
pub(super) async fn states_of_rewards_outlive_a_restart(opener: Arc<dyn Opener>) {
    let mut town = Town::open(&opener).await;
    let mut game = queue(&town).await;
    let work = game.form().await.expect("something waits");
    let id = work.batch.id;
    for step in 0..5 {
        let store = game.world.store();
        let fence = game.fence.clone();
        let done: Result<bool, app::StoreError> = match step {
            0 => store.batch_signed(fence, id, game.signed(&work)).await,
            1 | 2 => store.batch_sent(fence, id).await,
            3 => {
                let at = LandedAt {
                    transaction: hash(7),
                    lt: 5,
                };
                store.batch_landed(fence, id, at).await
            }
            _ => {
                let ada = game.player(11).await;
                let line = &work.rewards[0];
                game.world.done(game.settle(line, Some(ada.holder))).await;
                Ok(true)
            }
        };
        assert_eq!(done.ok(), Some(true), "step {step}");
        let before = (
            store.batches_open().await.ok(),
            store.player(telegram(11)).await.ok(),
            store.rewards_waiting().await.ok(),
        );
        store.close().await.expect("the store closes");
        let store = opener.open(Arc::new(SystemClock)).await;
        town.world = World::new(store, Arc::new(SystemClock)).await;
        let store = town.world.store();
        let after = (
            store.batches_open().await.ok(),
            store.player(telegram(11)).await.ok(),
            store.rewards_waiting().await.ok(),
        );
        assert_eq!(after, before, "after step {step}");
        town.world.audited().await;
        let lease = fence_again(&town.world).await;
        game = Game {
            world: town.world.clone(),
            fence: lease,
            ..game
        };
    }
    game.end(&work, BatchState::Done).await;
    assert_eq!(game.rewards(RewardState::Settled).await.len(), 1);
    assert_eq!(game.rewards(RewardState::Waiting).await.len(), 5);
    town.end().await;
}

/// The lease again, by the same name: over one file it is free after a restart, in a database it goes on.
async fn fence_again(world: &World) -> app::Fence {
    fence(world, "one").await.expect("it is this owner's")
}

pub(super) async fn a_long_queue_is_counted_and_formed(opener: Arc<dyn Opener>) {
    const PLAYS: u64 = 25_000;
    let town = Town::open(&opener).await;
    let store = town.world.store();
    let game = Game::open(&town.world, town.tea.id).await;
    let mut run = 0;
    for user in 1..=5 {
        let player = game.player(user).await;
        let wallet = (user > 1).then(|| address(u8::try_from(user).expect("small")));
        let mut plays = Vec::new();
        for _ in 0..PLAYS / 5 {
            run += 1;
            let play = Play {
                wallet,
                ..game.play(&player, run, 0)
            };
            plays.push((town.world.asked(), Command::from(play)));
        }
        for _ in 0..5 {
            let rest = plays.split_off(plays.len().saturating_sub(1_000));
            let answers = town.world.app.write_many(rest).await;
            assert!(answers.iter().all(Result::is_ok));
        }
    }
    let waiting = store.rewards_waiting().await.expect("the store answers");
    let tallies = store.reward_tallies().await.expect("the store answers");
    let formed = game.form().await.expect("something waits");
    assert_eq!(waiting.count + waiting.without_wallet, tallies[0].count);
    assert_eq!(formed.rewards.len(), 100);
    town.end().await;
}

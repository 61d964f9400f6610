use std::sync::Arc;

use app::{StoreError, SystemClock, WriteError};
use economy::{HoldPlace, HoldRelease, Mint, Transfer};

use super::{Opener, town::Town, verbs::id};
use crate::{
    model::hold_id,
    world::{World, amount},
};

pub(super) async fn a_reopened_ledger_answers_the_same(opener: Arc<dyn Opener>) {
    let mut town = Town::open(&opener).await;
    let (mut sequence, mut last, mut head) = (0, 0, String::new());
    for round in 1..=4_i64 {
        let Town {
            ref world,
            ref tea,
            ref jam,
            alice,
            bob,
        } = town;
        assert_eq!(world.audited().await.transfers, sequence);
        if round > 1 {
            assert_eq!(
                world.audited().await.head,
                head,
                "closing and opening writes no history"
            );
        }
        let minted = world.give(alice, tea, 10).await;
        assert!(id(&minted).get() > last, "ids only grow");
        assert_eq!(minted.sequence, sequence + 1, "the sequence goes on");
        let hold = world
            .done(HoldPlace {
                holder: alice,
                currency: tea.id,
                amount: amount(4),
                expires_ms: None,
            })
            .await;
        world
            .done(Transfer {
                from: alice,
                to: bob,
                currency: tea.id,
                amount: amount(1),
            })
            .await;
        world
            .done(HoldRelease {
                hold: hold_id(id(&hold)),
            })
            .await;
        let jams = world.give(bob, jam, round).await;
        (sequence, last) = (jams.sequence, id(&jams).get());
        let report = world.audited().await;
        assert_eq!(report.transfers, sequence);
        let before = (
            world
                .store()
                .wallet(alice)
                .await
                .expect("the store answers"),
            world
                .store()
                .history(bob, None, None, 100)
                .await
                .expect("the store answers"),
            world.store().supply().await.expect("the store answers"),
            world
                .store()
                .transactions_after(0, 100)
                .await
                .expect("the store answers"),
            world.store().currencies().await.expect("the store answers"),
        );
        head = report.head;
        world.store().close().await.expect("the store closes");
        let world = World::new(
            opener.open(Arc::new(SystemClock)).await,
            Arc::new(SystemClock),
        )
        .await;
        let after = (
            world
                .store()
                .wallet(alice)
                .await
                .expect("the store answers"),
            world
                .store()
                .history(bob, None, None, 100)
                .await
                .expect("the store answers"),
            world.store().supply().await.expect("the store answers"),
            world
                .store()
                .transactions_after(0, 100)
                .await
                .expect("the store answers"),
            world.store().currencies().await.expect("the store answers"),
        );
        assert_eq!(after, before);
        assert_eq!(world.balance(alice, &town.tea).await, 9 * round);
        assert_eq!(world.person(1).await, alice);
        town.world = world;
    }
    town.end().await;
}

pub(super) async fn a_closed_store_says_so(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        ..
    } = town;
    world.give(alice, tea, 1).await;
    world.store().close().await.expect("the store closes");
    let answer = world
        .ask(Mint {
            to: alice,
            currency: tea.id,
            amount: amount(1),
        })
        .await;
    assert!(
        matches!(answer, Err(WriteError::Store(StoreError::Closed))),
        "{answer:?}"
    );
    let many = world
        .app
        .write_many(vec![(
            world.asked(),
            Mint {
                to: alice,
                currency: tea.id,
                amount: amount(1),
            }
            .into(),
        )])
        .await;
    assert!(
        matches!(
            many.as_slice(),
            [Err(WriteError::Store(StoreError::Closed))]
        ),
        "{many:?}"
    );
    let reopened = World::new(
        opener.open(Arc::new(SystemClock)).await,
        Arc::new(SystemClock),
    )
    .await;
    assert_eq!(reopened.balance(alice, tea).await, 1);
    Town {
        world: reopened,
        ..town
    }
    .end()
    .await;
}

pub(super) async fn a_copy_is_the_same_ledger(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        ..
    } = town;
    for minor_units in 1..50 {
        world.give(alice, tea, minor_units).await;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = folder.path().join("copy.db");
    let head = world.audited().await.head;
    world
        .store()
        .backup(copy.clone())
        .await
        .expect("there is room");
    assert!(copy.metadata().expect("it is there").len() > 0);
    world.give(alice, tea, 1).await;
    assert_ne!(world.audited().await.head, head);
    assert!(
        world
            .store()
            .health()
            .await
            .expect("the store answers")
            .last_backup_ms
            .is_some()
    );
    town.end().await;
}

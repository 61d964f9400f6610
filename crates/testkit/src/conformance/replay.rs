use std::sync::Arc;

use app::{Receipt, SystemClock, WriteError};
use economy::{Exchange, HoldPlace, Mint, Reversal, Shortfall, Transfer};
use tokio::task::JoinSet;

use super::{Opener, town::Town, verbs::id};
use crate::world::{World, amount};

fn again(receipt: &Receipt) -> Receipt {
    Receipt {
        replayed: true,
        ..receipt.clone()
    }
}

pub(super) async fn a_repeated_key_gets_the_first_receipt(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        bob,
    } = town;
    let mint = Mint {
        to: alice,
        currency: tea.id,
        amount: amount(100),
    };
    let first = world
        .ask_as(world.asked_with("mint"), mint.clone())
        .await
        .expect("it is new");
    let exchange = Exchange {
        holder: alice,
        from: tea.id,
        to: jam.id,
        amount: amount(5),
        quoted: None,
    };
    let exchanged = world
        .ask_as(world.asked_with("exchange"), exchange.clone())
        .await
        .expect("it is new");
    let paid = world
        .done(Transfer {
            from: alice,
            to: bob,
            currency: tea.id,
            amount: amount(40),
        })
        .await;
    world
        .done(Transfer {
            from: bob,
            to: alice,
            currency: tea.id,
            amount: amount(30),
        })
        .await;
    let reversal = Reversal {
        transaction: id(&paid),
        shortfall: Shortfall::RecordDebt,
    };
    let mended = world
        .ask_as(world.asked_with("reversal"), reversal.clone())
        .await
        .expect("bob has ten");
    assert_eq!(mended.debt, Some(amount(30)));

    let check = async |world: &World| {
        for _ in 0..2 {
            let answer = world.ask_as(world.asked_with("mint"), mint.clone()).await;
            assert_eq!(answer.expect("it was done"), again(&first));
            let answer = world
                .ask_as(world.asked_with("exchange"), exchange.clone())
                .await;
            assert_eq!(answer.expect("it was done"), again(&exchanged));
            let answer = world
                .ask_as(world.asked_with("reversal"), reversal.clone())
                .await;
            assert_eq!(answer.expect("it was done"), again(&mended));
        }
        for other in [
            Mint {
                amount: amount(101),
                ..mint.clone()
            },
            Mint {
                to: bob,
                ..mint.clone()
            },
            Mint {
                currency: jam.id,
                ..mint.clone()
            },
        ] {
            let answer = world.ask_as(world.asked_with("mint"), other).await;
            assert!(matches!(answer, Err(WriteError::KeyReused)), "{answer:?}");
        }
        let reasoned = world.asked_with("mint").reason(Some("another".into()));
        let answer = world.ask_as(reasoned, mint.clone()).await;
        assert!(matches!(answer, Err(WriteError::KeyReused)), "{answer:?}");
        assert_eq!(world.balance(alice, tea).await, 95);
    };
    check(world).await;
    world.store().close().await.expect("the store closes");
    let reopened = World::new(
        opener.open(Arc::new(SystemClock)).await,
        Arc::new(SystemClock),
    )
    .await;
    check(&reopened).await;
    Town {
        world: reopened,
        ..town
    }
    .end()
    .await;
}

pub(super) async fn one_key_at_once_has_one_effect(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        ..
    } = town;
    for round in 0..5 {
        let mut tasks = JoinSet::new();
        for _ in 0..50 {
            let (world, to, currency) = (world.clone(), alice, tea.id);
            tasks.spawn(async move {
                let asked = world.asked_with(&format!("round {round}"));
                world
                    .ask_as(
                        asked,
                        Mint {
                            to,
                            currency,
                            amount: amount(7),
                        },
                    )
                    .await
            });
        }
        let answers: Vec<Receipt> = tasks
            .join_all()
            .await
            .into_iter()
            .map(|answer| answer.expect("all are the same"))
            .collect();
        assert_eq!(
            answers.iter().filter(|receipt| !receipt.replayed).count(),
            1
        );
        assert!(
            answers
                .iter()
                .all(|receipt| again(receipt) == again(&answers[0]))
        );
        assert_eq!(world.balance(alice, tea).await, 7 * (round + 1));
    }
    town.end().await;
}

pub(super) async fn one_key_twice_in_one_batch(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        bob,
        ..
    } = town;
    let mint = Mint {
        to: alice,
        currency: tea.id,
        amount: amount(7),
    };
    let hold = HoldPlace {
        holder: alice,
        currency: tea.id,
        amount: amount(2),
        expires_ms: None,
    };
    let writes = vec![
        (world.asked_with("mint"), mint.clone().into()),
        (world.asked_with("mint"), mint.clone().into()),
        (world.asked_with("hold"), hold.clone().into()),
        (world.asked_with("mint"), Mint { to: bob, ..mint }.into()),
        (world.asked_with("hold"), hold.into()),
    ];
    let answers = world.app.write_many(writes).await;
    let [
        Ok(first),
        Ok(second),
        Ok(held),
        Err(WriteError::KeyReused),
        Ok(held_again),
    ] = answers.as_slice()
    else {
        panic!("{answers:?}");
    };
    assert_eq!((second, held_again), (&again(first), &again(held)));
    assert_eq!(world.balance(alice, tea).await, 5);
    town.end().await;
}

pub(super) async fn a_refused_key_can_be_used_again(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        bob,
        ..
    } = town;
    let pay = Transfer {
        from: alice,
        to: bob,
        currency: tea.id,
        amount: amount(5),
    };
    let refused = world.ask_as(world.asked_with("pay"), pay.clone()).await;
    assert!(
        matches!(refused, Err(WriteError::Refused(_))),
        "{refused:?}"
    );
    world.give(alice, tea, 5).await;
    let done = world
        .ask_as(world.asked_with("pay"), pay)
        .await
        .expect("now there is enough");
    assert!(!done.replayed);
    assert_eq!(world.balance(bob, tea).await, 5);
    town.end().await;
}

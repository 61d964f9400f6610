use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use economy::{Command, HoldPlace, HoldRelease, Transfer};
use ledger::{Currency, HolderId};
use tokio::task::JoinSet;

use super::{Opener, town::Town, verbs::id};
use crate::{
    commands::Dice,
    model::hold_id,
    world::{World, amount},
};

const WALLETS: usize = 5;
const EACH: i64 = 1_000;

/// Few wallets, many writers, and readers that add everything up all the while: no total is ever wrong.
pub(super) async fn totals_are_right_while_money_moves(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let people: [HolderId; WALLETS] = town.world.people().await;
    for person in people {
        town.world.give(person, &town.tea, EACH).await;
    }
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for _ in 0..3 {
        readers.spawn(read(
            town.world.clone(),
            town.tea.clone(),
            Arc::clone(&done),
        ));
    }
    let mut writers = JoinSet::new();
    for seed in 0..16 {
        writers.spawn(write(town.world.clone(), town.tea.clone(), people, seed));
    }
    let moved: usize = writers.join_all().await.into_iter().sum();
    done.store(true, Ordering::Release);
    let looked: usize = readers.join_all().await.into_iter().sum();
    println!("{moved} writes, {looked} totals");
    let mut sum = 0;
    for person in people {
        sum += town.world.balance(person, &town.tea).await;
    }
    assert_eq!(sum, EACH * i64::try_from(WALLETS).expect("a few"));
    assert!(moved > 0 && looked > 0);
    town.end().await;
}

async fn write(world: World, tea: Currency, people: [HolderId; WALLETS], seed: u64) -> usize {
    let mut dice = Dice::seeded(seed);
    let currency = tea.id;
    let mut moved = 0;
    for _ in 0..60 {
        let (from, to) = (people[dice.below(WALLETS)], people[dice.below(WALLETS)]);
        let paid = amount(i64::try_from(dice.roll() % 400).expect("small"));
        let pay = Command::from(Transfer {
            from,
            to,
            currency,
            amount: paid,
        });
        moved += usize::from(world.ask(pay).await.is_ok());
        let hold = HoldPlace {
            holder: from,
            currency,
            amount: paid,
            expires_ms: None,
        };
        if let Ok(held) = world.ask(hold).await {
            world
                .done(HoldRelease {
                    hold: hold_id(id(&held)),
                })
                .await;
            moved += 2;
        }
    }
    moved
}

async fn read(world: World, tea: Currency, done: Arc<AtomicBool>) -> usize {
    let (mut looked, mut last) = (0, 0);
    while !done.load(Ordering::Acquire) {
        let supplies = world.store().supply().await.expect("the store answers");
        let supply = supplies
            .iter()
            .find(|supply| supply.currency == tea.id)
            .expect("tea is a currency");
        assert_eq!(
            supply.held + supply.escrowed,
            supply.issued,
            "at {}",
            supply.sequence
        );
        assert_eq!(
            supply.issued,
            i128::from(EACH) * WALLETS as i128,
            "at {}",
            supply.sequence
        );
        assert!(supply.sequence >= last, "time goes on");
        last = supply.sequence;
        looked += 1;
    }
    looked
}

use std::sync::Arc;

use economy::{
    Burn, Command, HoldCapture, HoldPlace, HoldRelease, NoteCreate, NoteRedeem, NoteRevoke,
    ReactionKey, ReactionMint, Transfer,
};
use ledger::Identity;
use tokio::task::JoinSet;

use super::{Opener, town::Town, verbs::id};
use crate::{
    model::{hold_id, note_id},
    world::{World, amount},
};

/// How many of them were done.
pub(super) async fn at_once(world: &World, commands: impl IntoIterator<Item = Command>) -> usize {
    let mut tasks = JoinSet::new();
    for command in commands {
        let world = world.clone();
        tasks.spawn(async move { world.ask(command).await.is_ok() });
    }
    let done = tasks.join_all().await;
    done.into_iter().filter(|done| *done).count()
}

pub(super) async fn a_note_is_redeemed_once_by_a_thousand_at_once(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        bob,
        ..
    } = town;
    let recipient = Identity::discord(2);
    world.give(alice, tea, 10).await;
    let note = NoteCreate {
        sender: alice,
        recipient: recipient.clone(),
        currency: tea.id,
        amount: amount(10),
    };
    let note = note_id(id(&world.done(note).await));
    let redeem = Command::from(NoteRedeem {
        note,
        holder: bob,
        identity: recipient,
    });
    let revoke = Command::from(NoteRevoke {
        note,
        sender: alice,
    });
    let commands = (0..1_000).map(|number| {
        if number % 50 == 49 {
            revoke.clone()
        } else {
            redeem.clone()
        }
    });
    assert_eq!(at_once(world, commands).await, 1);
    assert_eq!(
        world.balance(alice, tea).await + world.balance(bob, tea).await,
        10
    );
    town.end().await;
}

pub(super) async fn money_is_spent_once_by_two_hundred_at_once(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        bob,
        ..
    } = town;
    let currency = tea.id;
    world.give(alice, tea, 100).await;
    let pay = Command::from(Transfer {
        from: alice,
        to: bob,
        currency,
        amount: amount(100),
    });
    let burn = Command::from(Burn {
        from: alice,
        currency,
        amount: amount(100),
    });
    let commands = (0..200).map(|number| {
        if number % 3 == 0 {
            burn.clone()
        } else {
            pay.clone()
        }
    });
    assert_eq!(at_once(world, commands).await, 1);
    world.give(alice, tea, 100).await;
    let part = Command::from(Transfer {
        from: alice,
        to: bob,
        currency,
        amount: amount(7),
    });
    assert_eq!(at_once(world, std::iter::repeat_n(part, 200)).await, 14);
    assert_eq!(world.balance(alice, tea).await, 2);
    town.end().await;
}

pub(super) async fn a_hold_and_a_reaction_are_settled_once_at_once(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        bob,
        ..
    } = town;
    let currency = tea.id;
    world.give(alice, tea, 10).await;
    let hold = world
        .done(HoldPlace {
            holder: alice,
            currency,
            amount: amount(10),
            expires_ms: None,
        })
        .await;
    let hold = hold_id(id(&hold));
    let capture = Command::from(HoldCapture {
        hold,
        to: Some(bob),
        amount: Some(amount(4)),
    });
    let release = Command::from(HoldRelease { hold });
    let commands = (0..200).map(|number| {
        if number % 2 == 0 {
            capture.clone()
        } else {
            release.clone()
        }
    });
    assert_eq!(at_once(world, commands).await, 1);
    let key = ReactionKey {
        message: 1_400_000_000_000_000_000,
        reactor: alice,
        currency,
    };
    let react = Command::from(ReactionMint { key, author: bob });
    assert_eq!(at_once(world, std::iter::repeat_n(react, 200)).await, 1);
    assert_eq!(
        world.balance(alice, tea).await + world.balance(bob, tea).await,
        11
    );
    town.end().await;
}

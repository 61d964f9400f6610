use std::sync::Arc;

use app::WriteError;
use economy::{
    Burn, Command, HoldCapture, HoldPlace, HoldRelease, Link, Mint, NoteCreate, NoteRevoke,
    ReactionKey, ReactionMint, ReactionUnmint, Reversal, Shortfall, Transfer,
};
use ledger::Identity;
use tokio::task::JoinSet;

use super::{Opener, town::Town, verbs::id};
use crate::{
    model::{hold_id, note_id},
    world::{World, amount},
};

/// `ok`, or the refusal's name, of each.
async fn batch(world: &World, commands: Vec<Command>) -> Vec<&'static str> {
    let writes = commands.into_iter().map(|command| (world.asked(), command));
    let answers = world.app.write_many(writes.collect()).await;
    let words = answers.into_iter().map(|answer| match answer {
        Ok(_) => "ok",
        Err(WriteError::Refused(refusal)) => refusal.name(),
        Err(other) => panic!("{other:?}"),
    });
    words.collect()
}

pub(super) async fn a_refused_neighbour_spoils_nothing(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        bob,
        ..
    } = town;
    let (currency, nobody) = (
        tea.id,
        ledger::HolderId::new(i64::MAX).expect("it is positive"),
    );
    let pay = |from, minor_units| {
        Command::from(Transfer {
            from,
            to: bob,
            currency,
            amount: amount(minor_units),
        })
    };
    let answers = batch(
        world,
        vec![
            Mint {
                to: alice,
                currency,
                amount: amount(10),
            }
            .into(),
            pay(alice, 11),
            pay(alice, 4),
            pay(nobody, 1),
            Mint {
                to: bob,
                currency,
                amount: amount(i64::MAX),
            }
            .into(),
            pay(alice, 0),
            pay(alice, 6),
            pay(alice, 1),
        ],
    )
    .await;
    let expect = [
        "ok",
        "not-enough",
        "ok",
        "unknown-holder",
        "supply-cap",
        "amount-zero",
        "ok",
        "not-enough",
    ];
    assert_eq!(answers, expect);
    assert_eq!(
        (
            world.balance(alice, tea).await,
            world.balance(bob, tea).await
        ),
        (0, 10)
    );
    assert!(world.app.write_many(Vec::new()).await.is_empty());
    town.end().await;
}

pub(super) async fn a_later_command_sees_the_earlier_ones(opener: Arc<dyn Opener>) {
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
    let note = world
        .done(NoteCreate {
            sender: alice,
            recipient: Identity::discord(2),
            currency,
            amount: amount(5),
        })
        .await;
    let hold = world
        .done(HoldPlace {
            holder: alice,
            currency,
            amount: amount(5),
            expires_ms: None,
        })
        .await;
    let paid = world
        .done(Transfer {
            from: alice,
            to: bob,
            currency,
            amount: amount(5),
        })
        .await;
    let key = ReactionKey {
        message: 1_400_000_000_000_000_000,
        reactor: alice,
        currency,
    };
    let revoke = NoteRevoke {
        note: note_id(id(&note)),
        sender: alice,
    };
    let (capture, release) = (
        HoldCapture {
            hold: hold_id(id(&hold)),
            to: Some(bob),
            amount: Some(amount(1)),
        },
        HoldRelease {
            hold: hold_id(id(&hold)),
        },
    );
    let reversal = Reversal {
        transaction: id(&paid),
        shortfall: Shortfall::Refuse,
    };
    let commands: Vec<Command> = vec![
        revoke.clone().into(),
        revoke.into(),
        capture.into(),
        release.into(),
        reversal.clone().into(),
        reversal.into(),
        ReactionUnmint { key }.into(),
        ReactionMint { key, author: bob }.into(),
        ReactionMint { key, author: bob }.into(),
        ReactionUnmint { key }.into(),
        ReactionUnmint { key }.into(),
        ReactionMint { key, author: bob }.into(),
    ];
    let expect = [
        "ok",
        "note-revoked",
        "ok",
        "hold-settled",
        "ok",
        "already-reversed",
        "unknown-reaction",
        "ok",
        "reaction-counted",
        "ok",
        "reaction-taken-back",
        "reaction-counted",
    ];
    assert_eq!(batch(world, commands).await, expect);
    assert_eq!(
        (
            world.balance(alice, tea).await,
            world.balance(bob, tea).await
        ),
        (99, 1)
    );
    town.end().await;
}

pub(super) async fn what_is_open_follows_a_link_in_one_batch(opener: Arc<dyn Opener>) {
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
    let note = world
        .done(NoteCreate {
            sender: alice,
            recipient: Identity::discord(2),
            currency,
            amount: amount(5),
        })
        .await;
    let hold = world
        .done(HoldPlace {
            holder: alice,
            currency,
            amount: amount(7),
            expires_ms: None,
        })
        .await;
    let note = note_id(id(&note));
    let commands: Vec<Command> = vec![
        // Both are known to the batch before the link.
        NoteRevoke { note, sender: bob }.into(),
        HoldCapture {
            hold: hold_id(id(&hold)),
            to: Some(alice),
            amount: Some(amount(99)),
        }
        .into(),
        Link {
            from: alice,
            into: bob,
            probe: currency,
        }
        .into(),
        NoteRevoke {
            note,
            sender: alice,
        }
        .into(),
        NoteRevoke { note, sender: bob }.into(),
        HoldRelease {
            hold: hold_id(id(&hold)),
        }
        .into(),
        Burn {
            from: bob,
            currency,
            amount: amount(100),
        }
        .into(),
        Link {
            from: alice,
            into: bob,
            probe: currency,
        }
        .into(),
    ];
    let expect = [
        "note-not-yours",
        "hold-too-small",
        "ok",
        "holder-merged",
        "ok",
        "ok",
        "ok",
        "holder-merged",
    ];
    assert_eq!(batch(world, commands).await, expect);
    town.end().await;
}

pub(super) async fn a_wallet_is_linked_with_what_came_in_the_same_batch(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        bob,
    } = town;
    let mint = |currency, minor_units| {
        Command::from(Mint {
            to: alice,
            currency,
            amount: amount(minor_units),
        })
    };
    let link = || {
        Command::from(Link {
            from: alice,
            into: bob,
            probe: tea.id,
        })
    };
    world.freeze(bob, true).await;
    assert_eq!(
        batch(
            world,
            vec![mint(tea.id, 3), link(), mint(jam.id, 4), link()]
        )
        .await,
        ["ok", "holder-frozen", "ok", "holder-frozen"]
    );
    world.freeze(bob, false).await;
    // The first link is refused after the wallet was looked at; what comes then is moved by the second one.
    let group = world.group("cellar").await;
    let rum = world.currency(&group, "rum", 9).await;
    let refused = Link {
        from: alice,
        into: alice,
        probe: tea.id,
    };
    assert_eq!(
        batch(world, vec![refused.into(), mint(rum.id, 5), link()]).await,
        ["to-oneself", "ok", "ok"]
    );
    let have = [
        world.balance(bob, tea).await,
        world.balance(bob, jam).await,
        world.balance(bob, &rum).await,
    ];
    assert_eq!(have, [3, 4, 5]);
    town.end().await;
}

pub(super) async fn many_at_once_are_all_answered(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        ..
    } = town;
    let mut tasks = JoinSet::new();
    for task in 0..400 {
        let (world, to, currency) = (world.clone(), alice, tea.id);
        tasks.spawn(async move {
            let minor_units = if task % 4 == 0 { 0 } else { 1 };
            let answer = world
                .ask(Mint {
                    to,
                    currency,
                    amount: amount(minor_units),
                })
                .await;
            assert_eq!(answer.is_ok(), minor_units == 1, "{answer:?}");
        });
    }
    tasks.join_all().await;
    assert_eq!(world.balance(alice, tea).await, 300);
    town.end().await;
}

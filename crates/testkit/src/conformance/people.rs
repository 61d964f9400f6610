use std::sync::Arc;

use economy::{
    Burn, HoldPlace, HoldRelease, Link, Mint, NoteCreate, NoteRedeem, NoteRevoke, ReactionKey,
    ReactionMint, ReactionUnmint, Reversal, Shortfall, Transfer,
};
use ledger::{Identity, Standing};

use super::{Opener, town::Town, verbs::id};
use crate::{
    model::{hold_id, note_id},
    world::amount,
};

pub(super) async fn frozen_holders_and_currencies_move_nothing(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        bob,
    } = town;
    let currency = tea.id;
    world.give(alice, tea, 10).await;
    world.give(alice, jam, 10).await;
    let pay = |from, to| Transfer {
        from,
        to,
        currency,
        amount: amount(1),
    };
    world.freeze(alice, true).await;
    assert_eq!(world.refused(pay(alice, bob)).await, "holder-frozen");
    assert_eq!(
        world
            .refused(Mint {
                to: alice,
                currency,
                amount: amount(1)
            })
            .await,
        "holder-frozen"
    );
    let record = world
        .store()
        .holder(alice)
        .await
        .expect("the store answers")
        .expect("she is known");
    assert_eq!(record.standing, Standing::Frozen);
    world.freeze(alice, false).await;
    world.done(pay(alice, bob)).await;

    let hold = world
        .done(HoldPlace {
            holder: alice,
            currency,
            amount: amount(2),
            expires_ms: None,
        })
        .await;
    world.freeze_currency(currency, true).await;
    assert_eq!(world.refused(pay(alice, bob)).await, "currency-frozen");
    assert_eq!(
        world
            .refused(HoldRelease {
                hold: hold_id(id(&hold))
            })
            .await,
        "currency-frozen"
    );
    world
        .done(Burn {
            from: alice,
            currency: jam.id,
            amount: amount(1),
        })
        .await;
    world.freeze_currency(currency, false).await;
    // Frozen, but it is their own.
    world.freeze(alice, true).await;
    world
        .done(HoldRelease {
            hold: hold_id(id(&hold)),
        })
        .await;
    assert_eq!(world.balance(alice, tea).await, 9);
    town.end().await;
}

pub(super) async fn linked_people_share_one_wallet(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        bob,
    } = town;
    world.give(alice, tea, 10).await;
    world.give(alice, jam, 25).await;
    world.give(bob, tea, 1).await;
    world.freeze_currency(jam.id, true).await;
    let before = world.store().supply().await.expect("the store answers");
    let linked = world
        .done(Link {
            from: alice,
            into: bob,
            probe: tea.id,
        })
        .await;
    assert_eq!(linked.transfers.len(), 2, "by ordinary transfers");
    let after = world.store().supply().await.expect("the store answers");
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(
            (before.issued, before.held, before.escrowed),
            (after.issued, after.held, after.escrowed)
        );
    }
    assert_eq!(
        (world.balance(bob, tea).await, world.balance(bob, jam).await),
        (11, 25)
    );
    assert_eq!(
        (
            world.balance(alice, tea).await,
            world.balance(alice, jam).await
        ),
        (0, 0)
    );

    let store = world.store();
    let record = store
        .holder(alice)
        .await
        .expect("the store answers")
        .expect("she is known");
    assert_eq!(
        (record.standing, record.identities),
        (Standing::Merged(bob), vec![])
    );
    for discord in [1, 2] {
        let found = store
            .holder_by_identity(Identity::discord(discord))
            .await
            .expect("the store answers");
        assert_eq!(found.map(|record| record.id), Some(bob));
    }
    // Whoever still has the old one in mind is told, and then asks for the new one.
    assert_eq!(
        world
            .refused(Burn {
                from: alice,
                currency: tea.id,
                amount: amount(1)
            })
            .await,
        "holder-merged"
    );
    assert_eq!(world.person(1).await, bob);
    // Her past is still there.
    let past = store
        .history(alice, Some(tea.id), None, 10)
        .await
        .expect("the store answers");
    assert_eq!(
        past.iter()
            .map(|posting| posting.change)
            .collect::<Vec<_>>(),
        [-10, 10]
    );
    let empty = world.person(3).await;
    let linked = world
        .done(Link {
            from: empty,
            into: bob,
            probe: tea.id,
        })
        .await;
    assert_eq!((linked.transaction, linked.transfers.len()), (None, 0));
    assert_eq!(world.person(3).await, bob);
    town.end().await;
}

pub(super) async fn open_notes_and_holds_follow_a_link(opener: Arc<dyn Opener>) {
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
    let note = |recipient| NoteCreate {
        sender: alice,
        recipient: Identity::discord(recipient),
        currency,
        amount: amount(10),
    };
    let (revoked, redeemed, settled) = (
        world.done(note(9)).await,
        world.done(note(2)).await,
        world.done(note(2)).await,
    );
    world.give(bob, tea, 10).await;
    let hers = world
        .done(NoteCreate {
            sender: bob,
            ..note(1)
        })
        .await;
    let redeem = |note, identity| NoteRedeem {
        note,
        holder: bob,
        identity: Identity::discord(identity),
    };
    world.done(redeem(note_id(id(&settled)), 2)).await;
    let hold = world
        .done(HoldPlace {
            holder: alice,
            currency,
            amount: amount(20),
            expires_ms: Some(1),
        })
        .await;
    world
        .done(Link {
            from: alice,
            into: bob,
            probe: currency,
        })
        .await;

    let store = world.store();
    let expired = store.holds_expired(2, 10).await.expect("the store answers");
    assert_eq!(
        expired
            .iter()
            .map(|record| record.hold.holder)
            .collect::<Vec<_>>(),
        [bob]
    );
    let notes = store
        .notes_of(bob, None, 10)
        .await
        .expect("the store answers");
    assert_eq!(notes.len(), 3, "the open ones, and his own");
    let wallet = store.wallet(bob).await.expect("the store answers");
    assert_eq!(wallet.iter().map(|line| line.held.get()).sum::<i64>(), 20);

    world
        .done(NoteRevoke {
            note: note_id(id(&revoked)),
            sender: bob,
        })
        .await;
    world.done(redeem(note_id(id(&redeemed)), 2)).await;
    world.done(redeem(note_id(id(&hers)), 1)).await;
    world
        .done(HoldRelease {
            hold: hold_id(id(&hold)),
        })
        .await;
    assert_eq!(world.balance(bob, tea).await, 110, "no money is stuck");
    town.end().await;
}

pub(super) async fn a_reaction_is_taken_back_once(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        bob,
        ..
    } = town;
    let currency = tea.id;
    let key = |message: u64| ReactionKey {
        message: 1_400_000_000_000_000_000 + message,
        reactor: alice,
        currency,
    };
    let react = |message| ReactionMint {
        key: key(message),
        author: bob,
    };
    let unreact = |message| ReactionUnmint { key: key(message) };
    let reverse = |transaction| Reversal {
        transaction,
        shortfall: Shortfall::RecordDebt,
    };

    // An operator reverses the mint first: the reaction is taken back, and nothing burns.
    let first = world.done(react(1)).await;
    world.done(reverse(id(&first))).await;
    world.give(bob, tea, 5).await;
    assert_eq!(world.done(unreact(1)).await.transaction, None);
    assert_eq!(
        (
            world.refused(unreact(1)).await,
            world.refused(react(1)).await
        ),
        ("reaction-taken-back", "reaction-counted")
    );
    // It burned: neither the mint nor the burn can be reversed.
    let second = world.done(react(2)).await;
    let burned = world.done(unreact(2)).await;
    assert_eq!(
        world.refused(reverse(id(&second))).await,
        "already-reversed"
    );
    assert_eq!(world.refused(reverse(id(&burned))).await, "not-reversible");
    // It was spent: it stays.
    world.done(react(3)).await;
    world
        .done(Burn {
            from: bob,
            currency,
            amount: amount(6),
        })
        .await;
    assert_eq!(world.done(unreact(3)).await.transaction, None);
    assert_eq!(world.balance(bob, tea).await, 0);
    let nothing = world.done(react(4)).await;
    world
        .done(Burn {
            from: bob,
            currency,
            amount: amount(1),
        })
        .await;
    assert_eq!(world.refused(reverse(id(&nothing))).await, "not-enough");
    town.end().await;
}

use std::sync::Arc;

use app::Receipt;
use economy::{
    Award, Burn, Exchange, HoldCapture, HoldPlace, HoldRelease, Link, Mint, NoteCreate, NoteRedeem,
    NoteRevoke, Purchase, ReactionKey, ReactionMint, ReactionUnmint, Reversal, Reward, Shortfall,
    Transfer,
};
use ledger::{AccountKey, Identity, ItemId, Kind, Owner, Remainder, TransactionId};

use super::{Opener, town::Town};
use crate::{
    model::{hold_id, note_id},
    world::amount,
};

/// The transfers of a receipt as `from>to amount (from after, to after)`.
fn shown(town: &Town, receipt: &Receipt) -> String {
    let name = |account: AccountKey| match account.owner {
        Owner::System(role) => role.as_str().to_owned(),
        Owner::Holder(holder) if holder == town.alice => "alice".to_owned(),
        Owner::Holder(holder) if holder == town.bob => "bob".to_owned(),
        Owner::Holder(_) => "somebody".to_owned(),
    };
    let moves = receipt.transfers.iter().map(|moved| {
        let (from, to) = (name(moved.debit), name(moved.credit));
        let (after, there) = (moved.debit_after.get(), moved.credit_after.get());
        format!("{from}>{to} {} ({after}, {there})", moved.amount.get())
    });
    moves.collect::<Vec<_>>().join(", ")
}

/// The id of a receipt's transaction.
pub(super) fn id(receipt: &Receipt) -> TransactionId {
    receipt.transaction.expect("money moved")
}

pub(super) async fn each_verb_answers_with_its_receipt(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        bob,
    } = town;
    let check = |receipt: &Receipt, kind: Kind, expect: &str| {
        assert_eq!(
            (
                shown(&town, receipt).as_str(),
                receipt.kind,
                receipt.replayed
            ),
            (expect, kind, false)
        );
    };
    let (currency, other) = (tea.id, jam.id);
    let mint = world
        .done(Mint {
            to: alice,
            currency,
            amount: amount(100),
        })
        .await;
    check(&mint, Kind::Mint, "issuance>alice 100 (-100, 100)");
    assert_eq!(mint.sequence, 1);
    let burn = world
        .done(Burn {
            from: alice,
            currency,
            amount: amount(10),
        })
        .await;
    check(&burn, Kind::Burn, "alice>issuance 10 (90, -90)");
    assert_eq!(burn.sequence, 2);
    let paid = world
        .done(Transfer {
            from: alice,
            to: bob,
            currency,
            amount: amount(20),
        })
        .await;
    check(&paid, Kind::Transfer, "alice>bob 20 (70, 20)");
    let exchange = Exchange {
        holder: alice,
        from: currency,
        to: other,
        amount: amount(5),
        quoted: Some((3, 2)),
    };
    let exchanged = world.done(exchange).await;
    check(
        &exchanged,
        Kind::Exchange,
        "alice>issuance 5 (65, -85), issuance>alice 7 (-7, 7)",
    );
    assert_eq!(exchanged.remainder, Some(Remainder { num: 1, den: 2 }));
    assert_eq!(exchanged.sequence, 4);

    let recipient = Identity::discord(2);
    let note = || NoteCreate {
        sender: alice,
        recipient: recipient.clone(),
        currency,
        amount: amount(5),
    };
    let created = world.done(note()).await;
    check(&created, Kind::NoteCreated, "alice>note_escrow 5 (60, 5)");
    assert_eq!(created.sequence, 6, "an exchange takes two places");
    let redeem = NoteRedeem {
        note: note_id(id(&created)),
        holder: bob,
        identity: recipient.clone(),
    };
    check(
        &world.done(redeem.clone()).await,
        Kind::NoteRedeemed,
        "note_escrow>bob 5 (0, 25)",
    );
    assert_eq!(world.refused(redeem).await, "note-redeemed");
    let created = world.done(note()).await;
    let revoke = NoteRevoke {
        note: note_id(id(&created)),
        sender: alice,
    };
    check(
        &world.done(revoke).await,
        Kind::NoteRevoked,
        "note_escrow>alice 5 (0, 60)",
    );

    let item = ItemId::new(77).expect("it is positive");
    let purchase = Purchase {
        buyer: alice,
        seller: None,
        currency,
        price: amount(1),
        item,
    };
    check(
        &world.done(purchase.clone()).await,
        Kind::Purchase,
        "alice>issuance 1 (59, -84)",
    );
    let purchase = Purchase {
        seller: Some(bob),
        ..purchase
    };
    check(
        &world.done(purchase).await,
        Kind::Purchase,
        "alice>bob 1 (58, 26)",
    );
    let reward = Reward {
        to: bob,
        currency,
        amount: amount(4),
        item: None,
    };
    check(
        &world.done(reward).await,
        Kind::Reward,
        "issuance>bob 4 (-88, 30)",
    );
    let award = Award {
        from: bob,
        to: alice,
        currency,
        amount: amount(2),
    };
    check(
        &world.done(award).await,
        Kind::Award,
        "bob>alice 2 (28, 60)",
    );

    let place = || HoldPlace {
        holder: alice,
        currency,
        amount: amount(30),
        expires_ms: None,
    };
    let held = world.done(place()).await;
    check(&held, Kind::HoldPlaced, "alice>hold_escrow 30 (30, 30)");
    let capture = HoldCapture {
        hold: hold_id(id(&held)),
        to: Some(bob),
        amount: Some(amount(12)),
    };
    check(
        &world.done(capture.clone()).await,
        Kind::HoldCaptured,
        "hold_escrow>bob 12 (18, 40), hold_escrow>alice 18 (0, 48)",
    );
    assert_eq!(world.refused(capture).await, "hold-settled");
    let held = world.done(place()).await;
    let release = HoldRelease {
        hold: hold_id(id(&held)),
    };
    check(
        &world.done(release).await,
        Kind::HoldReleased,
        "hold_escrow>alice 30 (0, 48)",
    );

    let reverse = Reversal {
        transaction: id(&paid),
        shortfall: Shortfall::Refuse,
    };
    check(
        &world.done(reverse.clone()).await,
        Kind::Reversal,
        "bob>alice 20 (20, 68)",
    );
    assert_eq!(world.refused(reverse).await, "already-reversed");
    let award = world
        .done(Award {
            from: alice,
            to: bob,
            currency,
            amount: amount(30),
        })
        .await;
    world
        .done(Burn {
            from: bob,
            currency,
            amount: amount(45),
        })
        .await;
    let part = world
        .done(Reversal {
            transaction: id(&award),
            shortfall: Shortfall::RecordDebt,
        })
        .await;
    check(&part, Kind::Reversal, "bob>alice 5 (0, 43)");
    assert_eq!(part.debt, Some(amount(25)));

    let key = ReactionKey {
        message: 1_400_000_000_000_000_000,
        reactor: alice,
        currency: other,
    };
    check(
        &world.done(ReactionMint { key, author: bob }).await,
        Kind::Mint,
        "issuance>bob 100 (-107, 100)",
    );
    check(
        &world.done(ReactionUnmint { key }).await,
        Kind::Burn,
        "bob>issuance 100 (0, -7)",
    );
    let link = world
        .done(Link {
            from: alice,
            into: bob,
            probe: currency,
        })
        .await;
    check(
        &link,
        Kind::Link,
        "alice>bob 43 (0, 43), alice>bob 7 (0, 7)",
    );
    town.end().await;
}

pub(super) async fn a_transaction_is_read_back_as_it_was_asked_for(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        bob,
        ..
    } = town;
    world.give(alice, tea, 10).await;
    let words = "for \u{1f375} <@1> =1+1 \u{202e}x";
    let asked = world
        .asked()
        .reason(Some(words.into()))
        .reference(Some("order 7".into()))
        .traceparent(Some(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into(),
        ));
    let item = ItemId::new(5).expect("it is positive");
    let purchase = Purchase {
        buyer: alice,
        seller: Some(bob),
        currency: tea.id,
        price: amount(3),
        item,
    };
    let receipt = world.ask_as(asked, purchase).await.expect("alice has ten");
    let read = world
        .store()
        .transaction(id(&receipt))
        .await
        .expect("the store answers");
    let read = read.expect("it was written");
    assert_eq!(
        (read.id, read.kind, read.sequence),
        (id(&receipt), Kind::Purchase, receipt.sequence)
    );
    assert_eq!(
        (read.actor, &read.transfers),
        (world.operator, &receipt.transfers)
    );
    assert_eq!(
        (read.origin.entry.as_str(), read.origin.application.as_str()),
        ("cli:test", "testkit")
    );
    assert!(!read.origin.function.is_empty() && !read.origin.claimed);
    assert_eq!(
        (read.detail.item, read.detail.item_owner),
        (Some(item), Some(bob))
    );
    assert_eq!(
        (
            read.detail.reason.as_deref(),
            read.detail.reference.as_deref()
        ),
        (Some(words), Some("order 7"))
    );
    assert!(
        read.detail
            .traceparent
            .is_some_and(|parent| parent.ends_with("-01"))
    );
    let unknown = TransactionId::new(1).expect("it is positive");
    assert_eq!(
        world
            .store()
            .transaction(unknown)
            .await
            .expect("the store answers"),
        None
    );

    let history = world
        .store()
        .history(bob, None, None, 10)
        .await
        .expect("the store answers");
    let [posting] = history.as_slice() else {
        panic!("bob was paid once: {history:?}")
    };
    assert_eq!(
        (posting.change, posting.balance_after.get(), posting.other),
        (3, 3, Owner::Holder(alice))
    );
    assert_eq!(
        (posting.reason.as_deref(), posting.kind, posting.actor),
        (Some(words), Kind::Purchase, world.operator)
    );
    assert_eq!(posting.origin, read.origin);
    town.end().await;
}

//! Twelve days of a small ledger, with many rows of each kind: what tests of schemas and audits look at.

mod game;

use crate::{
    model::{hold_id, note_id},
    world::{World, amount},
};
use app::{Change, CurrencyPicture, GuildEdit, ManualClock};
use economy::{
    HoldCapture, HoldPlace, Mint, MintPolicy, Minters, NoteCreate, NoteRedeem, ReactionKey,
    ReactionMint, ReactionUnmint, Reversal, Shortfall, Transfer,
};
use ledger::{Currency, Identity};

/// 2026-01-01, in milliseconds since the Unix epoch.
pub const NEW_YEAR_MS: i64 = 1_767_225_600_000;
const DAY_MS: i64 = 86_400_000;
const DAYS: i64 = 12;

/// # Panics
///
/// When anything is refused.
pub async fn live(world: &World, clock: &ManualClock) {
    let lease = world
        .store()
        .lease("webhooks".into(), "scrip 1".into(), 1_000);
    assert_eq!(lease.await.expect("the store answers"), Some(1));
    let group = world.group("kitchen").await;
    let tea = world.currency(&group, "tea", 0).await;
    let jam = world.currency(&group, "jam", 2).await;
    world.rate(&tea, &jam, "7/3").await;
    in_discord(world, &tea).await;
    let gem = world.currency(&group, "gem", 0).await;
    game::live(world, &gem).await;
    let [alice, bob, carol] = world.people().await;
    let recipient = Identity::discord(2);
    for day in 0..DAYS {
        clock.set(NEW_YEAR_MS + day * DAY_MS);
        let currency = tea.id;
        let asked = world
            .asked()
            .reason(Some(format!("day {day}")))
            .reference(Some("order".into()));
        world
            .ask_as(
                asked,
                Mint {
                    to: alice,
                    currency,
                    amount: amount(1_000),
                },
            )
            .await
            .expect("the store answers");
        world
            .done(Mint {
                to: carol,
                currency: jam.id,
                amount: amount(1_000),
            })
            .await;
        let paid = world
            .done(Transfer {
                from: alice,
                to: bob,
                currency,
                amount: amount(10),
            })
            .await;
        world
            .done(Reversal {
                transaction: paid.transaction.expect("the store answers"),
                shortfall: Shortfall::Refuse,
            })
            .await;
        let note = NoteCreate {
            sender: alice,
            recipient: recipient.clone(),
            currency,
            amount: amount(5),
        };
        world.done(note.clone()).await;
        let settled = note_id(
            world
                .done(note)
                .await
                .transaction
                .expect("the store answers"),
        );
        world
            .done(NoteRedeem {
                note: settled,
                holder: bob,
                identity: recipient.clone(),
            })
            .await;
        let hold = HoldPlace {
            holder: alice,
            currency,
            amount: amount(5),
            expires_ms: Some(day),
        };
        world.done(hold.clone()).await;
        let settled = hold_id(
            world
                .done(hold)
                .await
                .transaction
                .expect("the store answers"),
        );
        world
            .done(HoldCapture {
                hold: settled,
                to: Some(bob),
                amount: Some(amount(2)),
            })
            .await;
        let exchange = economy::Exchange {
            holder: alice,
            from: currency,
            to: jam.id,
            amount: amount(10),
            quoted: None,
        };
        world.done(exchange).await;
        for (message, taken_back) in [(1, true), (2, false)] {
            let message = 1_400_000_000_000_000_000
                + u64::try_from(day).expect("the store answers") * 10
                + message;
            let key = ReactionKey {
                message,
                reactor: alice,
                currency,
            };
            world.done(ReactionMint { key, author: bob }).await;
            if taken_back {
                world.done(ReactionUnmint { key }).await;
            }
        }
        // The last of the day has no detail.
        world.give(carol, &jam, 1).await;
    }
}

/// A guild with a policy of its own, and a picture of a currency.
async fn in_discord(world: &World, currency: &Currency) {
    let store = world.store();
    let guild = store.guild_ensure(900, "Kettle".into()).await;
    let guild = guild.expect("the store answers").id;
    let edit = GuildEdit::MintPolicy(MintPolicy {
        who: Minters::Role,
        role: Some(1_400_000_000_000_000_000),
        daily_per_pair: Some(3),
        ..MintPolicy::default()
    });
    world.change(Change::GuildEdit { guild, edit }).await;
    let picture = CurrencyPicture {
        media_type: "image/png".into(),
        bytes: b"\x89PNG\r\n\x1a\n".to_vec(),
    };
    let put = store.picture_put(currency.id, picture).await;
    put.expect("the store answers");
}

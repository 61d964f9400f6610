//! Raw SQL against a ledger: what the schema stops, and what the audit finds when nothing stops it.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod audit;
mod migrations;
mod million;
mod schema;

use std::{path::PathBuf, sync::Arc};

use app::{Clock, ManualClock, Store};
use economy::{
    HoldCapture, HoldPlace, Mint, NoteCreate, NoteRedeem, ReactionKey, ReactionMint,
    ReactionUnmint, Reversal, Shortfall, Transfer,
};
use ledger::Identity;
use rusqlite::Connection;
use store_sqlite::{Options, SqliteStore};
use tempfile::TempDir;
use testkit::{
    model::{hold_id, note_id},
    world::{World, amount},
};

/// 2026-01-01.
const NEW_YEAR_MS: i64 = 1_767_225_600_000;
const DAY_MS: i64 = 86_400_000;
const DAYS: i64 = 12;

/// A closed ledger with many rows of each kind.
struct Ledger {
    folder: TempDir,
}

impl Ledger {
    async fn lived_in() -> Self {
        let ledger = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let clock = Arc::new(ManualClock::at(NEW_YEAR_MS));
        let options = Options::at(ledger.path()).snapshot_after(20);
        let store = SqliteStore::open(options, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let world = World::new(
            Arc::clone(&store) as Arc<dyn Store>,
            Arc::clone(&clock) as Arc<dyn Clock>,
        )
        .await;
        live(&world, &clock).await;
        world.audited().await;
        store.close().await.unwrap();
        ledger
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    /// Takes away triggers and constraints but uniqueness.
    fn unprotect(db: &Connection) {
        db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            .unwrap();
        let mut list = db
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap();
        let triggers: Vec<String> = list
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        drop(list);
        for trigger in triggers {
            db.execute_batch(&format!("DROP TRIGGER {trigger}"))
                .unwrap();
        }
    }

    /// A copy of the file as a connection that nothing protects against: no triggers, no constraints but uniqueness.
    fn bare_copy(&self, name: &str) -> (PathBuf, Connection) {
        let copy = self.folder.path().join(format!("{name}.db"));
        std::fs::copy(self.path(), &copy).unwrap();
        let db = Connection::open(&copy).unwrap();
        Self::unprotect(&db);
        (copy, db)
    }
}

async fn live(world: &World, clock: &ManualClock) {
    let lease = world
        .store()
        .lease("webhooks".into(), "scrip 1".into(), 1_000);
    assert_eq!(lease.await.unwrap(), Some(1));
    let group = world.group("kitchen").await;
    let tea = world.currency(&group, "tea", 0).await;
    let jam = world.currency(&group, "jam", 2).await;
    world.rate(&tea, &jam, "7/3").await;
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
            .unwrap();
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
                transaction: paid.transaction.unwrap(),
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
        let settled = note_id(world.done(note).await.transaction.unwrap());
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
        let settled = hold_id(world.done(hold).await.transaction.unwrap());
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
            let message = 1_400_000_000_000_000_000 + u64::try_from(day).unwrap() * 10 + message;
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

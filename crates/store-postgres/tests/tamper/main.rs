//! Raw SQL against a ledger: what the schema stops, and what the audit finds when nothing stops it.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod audit;
mod pages;
mod schema;

use std::sync::Arc;

use app::{AuditReport, Clock, ManualClock, Store, StoreError};
use economy::{
    HoldCapture, HoldPlace, Mint, NoteCreate, NoteRedeem, ReactionKey, ReactionMint,
    ReactionUnmint, Reversal, Shortfall, Transfer,
};
use ledger::Identity;
use store_postgres::{Options, PostgresStore};
use testkit::{
    model::{hold_id, note_id},
    postgres::Database,
    world::{World, amount},
};
use tokio_postgres::Client;

/// 2026-01-01.
const NEW_YEAR_MS: i64 = 1_767_225_600_000;
const DAY_MS: i64 = 86_400_000;
const DAYS: i64 = 12;

/// A ledger with many rows of each kind.
struct Ledger {
    store: Arc<PostgresStore>,
    /// A session behind the store's back.
    db: Client,
    _database: Database,
}

impl Ledger {
    async fn lived_in() -> Self {
        Self::with_world().await.0
    }

    async fn with_world() -> (Self, World) {
        let database = Database::fresh().await.unwrap();
        let clock = Arc::new(ManualClock::at(NEW_YEAR_MS));
        let options = Options::at(database.url());
        let store = PostgresStore::open(options, Arc::clone(&clock) as Arc<dyn Clock>);
        let store = store.await.unwrap();
        let world = World::new(
            Arc::clone(&store) as Arc<dyn Store>,
            Arc::clone(&clock) as Arc<dyn Clock>,
        )
        .await;
        live(&world, &clock).await;
        world.audited().await;
        let ledger = Self {
            store,
            db: database.connect().await.unwrap(),
            _database: database,
        };
        (ledger, world)
    }

    async fn audit(&self) -> Result<AuditReport, StoreError> {
        self.store.audit(Box::new(|_, _| {})).await
    }

    /// Takes away triggers and constraints but uniqueness.
    async fn unprotect(&self) {
        let triggers = "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal";
        let constraints = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
             WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace";
        for list in [triggers, constraints] {
            for statement in self.db.query(list, &[]).await.unwrap() {
                self.db.batch_execute(statement.get(0)).await.unwrap();
            }
        }
    }

    /// The first value of the first row.
    async fn text(&self, query: &str) -> String {
        let row = self.db.query_one(query, &[]).await;
        row.unwrap_or_else(|error| panic!("{query}\n  {}", words(&error)))
            .get(0)
    }
}

/// What the server said.
fn words(error: &tokio_postgres::Error) -> String {
    let said = error.as_db_error().map(|said| said.message().to_owned());
    said.unwrap_or_else(|| error.to_string())
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

//! A large ledger, one row of each kind changed in turn behind its back: the audit names that row.
//!
//! `SCRIP_TAMPER_TRANSFERS` says how large; a million unless said otherwise.

use std::{path::Path, sync::Arc, time::Instant};

use app::{Store, SystemClock};
use economy::{Command, Transfer};
use ledger::HolderId;
use rusqlite::Connection;
use store_sqlite::{Options, SqliteStore};
use testkit::world::{World, amount};

use super::{Ledger, live};

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "it prints how long an audit takes"
)]
async fn among_a_million_the_audit_names_the_row() {
    let wanted = std::env::var("SCRIP_TAMPER_TRANSFERS").ok();
    let wanted = wanted.map_or(1_000_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    fill(&path, wanted).await;
    let db = bare(&path);
    let started = Instant::now();
    let sound = SqliteStore::verify(&path).unwrap();
    assert_eq!(sound.findings, []);
    assert!(sound.transfers >= wanted);
    println!(
        "{} transfers audited in {:.1} s",
        sound.transfers,
        started.elapsed().as_secs_f64()
    );
    for (table, key, row, change) in [
        ("transfer", "id", "'transfer ' || id", "amount = amount + 1"),
        ("detail", "id", "'detail ' || id", "reason = 'another'"),
        ("note", "id", "'note ' || id", "amount = amount + 1"),
        ("hold", "id", "'hold ' || id", "amount = amount + 1"),
        (
            "reaction",
            "message",
            "'reaction ' || message || '/' || reactor || '/' || currency",
            "author = reactor",
        ),
        (
            "origin",
            "ref",
            "'origin ' || ref",
            "application = 'another'",
        ),
        (
            "code_lookup",
            "id",
            "printf('code_lookup %llu', id)",
            "json = '[\"a\",\"b\",\"c\"]'",
        ),
        (
            "account",
            "ref",
            "'account ' || ref",
            "balance = balance + 1",
        ),
        (
            "flow",
            "first",
            "'flow ' || day || '/' || currency || '/' || origin || '/' || kind",
            "moved = '7'",
        ),
    ] {
        check(
            &db,
            &path,
            &Change {
                table,
                key,
                row,
                change,
            },
        );
    }
}

struct Change {
    table: &'static str,
    key: &'static str,
    row: &'static str,
    change: &'static str,
}

/// Changes the middle row, audits, and puts it back.
fn check(db: &Connection, path: &Path, asked: &Change) {
    let Change {
        table,
        key,
        row,
        change,
    } = asked;
    let middle = format!(
        "{key} = (SELECT {key} FROM {table} WHERE {key} <> 0 ORDER BY {key} LIMIT 1 OFFSET (SELECT count(*) / 2 FROM {table} WHERE {key} <> 0))"
    );
    let name: String = db
        .query_row(
            &format!("SELECT {row} FROM {table} WHERE {middle}"),
            [],
            |row| row.get(0),
        )
        .unwrap();
    db.execute_batch(&format!(
        "CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE {middle}"
    ))
    .unwrap();
    db.execute_batch(&format!("UPDATE {table} SET {change} WHERE {middle}"))
        .unwrap();
    let found = SqliteStore::verify(path).unwrap().findings;
    let rows: Vec<&str> = found.iter().map(|finding| finding.row.as_str()).collect();
    assert_eq!(rows, [name.as_str()], "{table} {change}");
    db.execute_batch(&format!(
        "INSERT OR REPLACE INTO {table} SELECT * FROM kept; DROP TABLE kept"
    ))
    .unwrap();
}

async fn fill(path: &Path, transfers: u64) {
    let store = SqliteStore::open(Options::at(path), Arc::new(SystemClock)).unwrap();
    let clock = Arc::new(app::ManualClock::at(super::NEW_YEAR_MS));
    let world = World::new(Arc::clone(&store) as Arc<dyn Store>, Arc::new(SystemClock)).await;
    live(&world, &clock).await;
    let group = world.group("crowd").await;
    let coin = world.currency(&group, "coin", 0).await;
    let people: [HolderId; 50] = world.people().await;
    for person in people {
        world.give(person, &coin, 1_000_000).await;
    }
    for start in (0..transfers).step_by(8_000) {
        let numbers = start..transfers.min(start + 8_000);
        let writes = numbers.map(|number| {
            let place =
                |step: u64| people[usize::try_from(number.wrapping_mul(step) % 50).unwrap()];
            let (from, to) = (place(7), place(11));
            let to = if from == to {
                people[usize::try_from((number * 7 + 1) % 50).unwrap()]
            } else {
                to
            };
            let command = Command::from(Transfer {
                from,
                to,
                currency: coin.id,
                amount: amount(1),
            });
            (world.asked_with(&format!("fill {number}")), command)
        });
        for answer in world.app.write_many(writes.collect()).await {
            answer.unwrap();
        }
    }
    store.close().await.unwrap();
}

fn bare(path: &Path) -> Connection {
    let db = Connection::open(path).unwrap();
    Ledger::unprotect(&db);
    db
}

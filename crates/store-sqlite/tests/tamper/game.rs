//! The game's tables: what their schema stops, and what the audit finds when nothing stops it.

use rusqlite::Connection;
use store_sqlite::SqliteStore;

use super::Ledger;

/// A statement, and what it is told.
const REFUSED: &[(&str, &str)] = &[
    ("DELETE FROM player", "history is never deleted"),
    ("DELETE FROM game_run", "history is never deleted"),
    ("DELETE FROM reward", "history is never deleted"),
    ("DELETE FROM chain_batch", "history is never deleted"),
    ("DELETE FROM chain_batch_reward", "history is never deleted"),
    ("DELETE FROM deposit", "history is never deleted"),
    (
        "DELETE FROM purchase WHERE deposit IS NOT NULL",
        "history is never deleted",
    ),
    ("DELETE FROM stars_payment", "history is never deleted"),
    ("DELETE FROM chain_cursor", "history is never deleted"),
    (
        "UPDATE game_run SET score = score + 1",
        "history is never changed",
    ),
    (
        "UPDATE chain_batch_reward SET batch = batch",
        "history is never changed",
    ),
    (
        "UPDATE purchase SET item = item + 1",
        "history is never changed",
    ),
    (
        "UPDATE player SET wallet = '0:00' WHERE wallet IS NOT NULL",
        "a wallet is bound once",
    ),
    (
        "UPDATE player SET wallet = NULL, wallet_ms = NULL WHERE wallet IS NOT NULL",
        "a wallet is bound once",
    ),
    (
        "UPDATE reward SET changed_ms = 0 WHERE state = 'settled'",
        "a reward ends once",
    ),
    (
        "UPDATE reward SET why = 'x' WHERE state = 'refused'",
        "a reward ends once",
    ),
    (
        "UPDATE reward SET amount = amount + 1 WHERE state = 'waiting' AND kind = 'tokens'",
        "a reward ends once",
    ),
    (
        "UPDATE reward SET to_address = '0:00' WHERE state = 'sent'",
        "a reward ends once",
    ),
    (
        "UPDATE deposit SET over = over + 1 WHERE state = 'bought'",
        "a deposit is decided once",
    ),
    (
        "UPDATE deposit SET state = 'held' WHERE state = 'assigned'",
        "a deposit is decided once",
    ),
    (
        "UPDATE deposit SET changed_ms = 0 WHERE state = 'refunded'",
        "a deposit is decided once",
    ),
    (
        "UPDATE deposit SET amount = amount + 1 WHERE state = 'held'",
        "a deposit is decided once",
    ),
    (
        "UPDATE deposit SET sender = '0:00' WHERE state = 'held'",
        "a deposit is decided once",
    ),
    (
        "UPDATE stars_payment SET state = 'owed' WHERE state = 'refunded'",
        "a payment is given back once",
    ),
    (
        "UPDATE stars_payment SET stars = stars + 1 WHERE state = 'bought'",
        "a payment is given back once",
    ),
    (
        "UPDATE chain_batch SET changed_ms = 0 WHERE state = 'done'",
        "a batch is signed once and ends once",
    ),
    (
        "UPDATE chain_batch SET boc = NULL WHERE state = 'landed'",
        "a batch is signed once and ends once",
    ),
    (
        "UPDATE sbt_index SET next = next - 1",
        "an index is given out once",
    ),
    (
        "UPDATE chain_cursor SET lt = lt - 1",
        "a cursor never goes back",
    ),
    (
        "UPDATE player SET wallet = '0:00' WHERE wallet IS NULL",
        "CHECK constraint failed",
    ),
    (
        "UPDATE reward SET state = 'settled' WHERE state = 'waiting'",
        "CHECK constraint failed",
    ),
    (
        "UPDATE reward SET state = 'settled', seen = (SELECT hash FROM chain_cursor), seen_lt = 1 WHERE state = 'sent' AND kind = 'tokens'",
        "CHECK constraint failed",
    ),
    (
        "UPDATE reward SET state = 'refused' WHERE state = 'waiting'",
        "CHECK constraint failed",
    ),
    (
        "UPDATE reward SET batch = NULL WHERE state = 'sent'",
        "CHECK constraint failed",
    ),
    (
        "UPDATE reward SET ready_ms = NULL WHERE state = 'sent'",
        "CHECK constraint failed",
    ),
    (
        "UPDATE reward SET ended_by = promised_by WHERE state = 'waiting' AND kind = 'tokens'",
        "CHECK constraint failed",
    ),
    (
        "UPDATE deposit SET state = 'refunding' WHERE state = 'held'",
        "CHECK constraint failed",
    ),
    (
        "UPDATE deposit SET state = 'assigned' WHERE state = 'held' AND amount > 0",
        "CHECK constraint failed",
    ),
    (
        "UPDATE chain_batch SET state = 'signed' WHERE state = 'formed'",
        "CHECK constraint failed",
    ),
    (
        "INSERT INTO purchase (player, item, bought_ms) VALUES (11, 77, 0)",
        "CHECK constraint failed",
    ),
];

/// A table, which row of it, and its change.
const FOUND: &[(&str, &str, &str)] = &[
    ("player", "telegram = 11", "plays = plays + 1"),
    ("player", "telegram = 11", "high_score = high_score + 1"),
    ("player", "telegram = 11", "achievements = 0"),
    ("player", "telegram = 12", "wallet = '0:00'"),
    ("game_run", "tokens > 0", "tokens = tokens + 1"),
    ("game_run", "tokens > 0", "player = 14"),
    ("game_run", "score = 25", "score = 26"),
    (
        "reward",
        "kind = 'tokens' AND state = 'waiting'",
        "amount = amount + 1",
    ),
    (
        "reward",
        "kind = 'tokens' AND state = 'waiting'",
        "player = 11",
    ),
    (
        "reward",
        "kind = 'tokens' AND state = 'waiting'",
        "state = 'refused', why = 'x'",
    ),
    (
        "reward",
        "kind = 'tokens' AND state = 'waiting'",
        "promised_by = promised_by + 1",
    ),
    (
        "reward",
        "kind = 'tokens' AND state = 'settled'",
        "state = 'sent'",
    ),
    (
        "reward",
        "kind = 'tokens' AND state = 'settled'",
        "state = 'waiting', seen = NULL",
    ),
    (
        "reward",
        "kind = 'tokens' AND state = 'settled'",
        "seen = (SELECT hash FROM chain_cursor)",
    ),
    (
        "reward",
        "kind = 'tokens' AND state = 'settled'",
        "ended_by = NULL",
    ),
    (
        "reward",
        "kind = 'tokens' AND state = 'settled'",
        "ended_by = promised_by",
    ),
    (
        "reward",
        "kind = 'tokens' AND state = 'refused'",
        "state = 'waiting', ended_by = NULL",
    ),
    (
        "reward",
        "kind = 'refund' AND state = 'settled'",
        "amount = amount - 1",
    ),
    (
        "reward",
        "kind = 'refund' AND state = 'settled'",
        "to_address = '0:00'",
    ),
    ("reward", "state = 'sent'", "batch = NULL"),
    (
        "reward",
        "state = 'sent' AND kind = 'tokens'",
        "to_address = '0:00'",
    ),
    (
        "reward",
        "state = 'waiting' AND batch IS NULL",
        "state = 'sent'",
    ),
    ("chain_batch", "state = 'landed'", "state = 'done'"),
    (
        "deposit",
        "state = 'held' AND amount > 0",
        "amount = amount + 1",
    ),
    (
        "deposit",
        "state = 'held' AND amount > 0",
        "state = 'refunded'",
    ),
    (
        "deposit",
        "state = 'held' AND amount > 0",
        "state = 'bought'",
    ),
    (
        "deposit",
        "state = 'held' AND amount > 0",
        "sender = '0:00'",
    ),
    (
        "deposit",
        "state = 'held' AND amount > 0",
        "recorded_by = recorded_by - 1",
    ),
    ("deposit", "state = 'bought'", "state = 'held'"),
    ("deposit", "state = 'bought'", "item = 77"),
    ("deposit", "state = 'bought'", "player = 12"),
    ("deposit", "state = 'assigned'", "assigned_by = NULL"),
    ("deposit", "state = 'assigned'", "state = 'held'"),
    ("deposit", "state = 'refunded'", "refund = NULL"),
    ("deposit", "state = 'refunding'", "state = 'held'"),
    ("purchase", "deposit IS NOT NULL", "item = 78"),
    ("purchase", "deposit IS NOT NULL", "player = 12"),
    ("purchase", "charge IS NOT NULL", "item = 78"),
    ("stars_payment", "state = 'bought'", "state = 'refunded'"),
    ("stars_payment", "state = 'owed'", "state = 'bought'"),
    ("stars_payment", "state = 'refunded'", "state = 'bought'"),
];

#[tokio::test]
async fn the_schema_stops_raw_sql_in_the_game() {
    let ledger = Ledger::lived_in().await;
    let db = Connection::open(ledger.path()).unwrap();
    db.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    for (statement, words) in REFUSED {
        let error = db.execute(statement, []).expect_err(statement);
        assert!(error.to_string().contains(words), "{statement}\n  {error}");
    }
    let sound: String = db
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    drop(db);
    let report = SqliteStore::verify(&ledger.path()).unwrap();
    assert_eq!(report.findings, []);
}

#[tokio::test]
async fn the_audit_finds_what_was_changed_in_the_game() {
    let ledger = Ledger::lived_in().await;
    let mut unfound = Vec::new();
    for (number, (table, among, change)) in FOUND.iter().enumerate() {
        let (path, db) = ledger.bare_copy(&format!("game{number}"));
        let key = match *table {
            "player" => "telegram",
            "game_run" => "run",
            "deposit" => "hash",
            "purchase" => "(player, item)",
            "stars_payment" => "charge",
            _ => "id",
        };
        let columns = key.trim_matches(['(', ')']);
        let update = format!(
            "UPDATE {table} SET {change} WHERE {key} IN (SELECT {columns} FROM {table} WHERE {among} ORDER BY {columns} LIMIT 1)"
        );
        assert_eq!(db.execute(&update, []).expect(&update), 1, "{update}");
        drop(db);
        match SqliteStore::verify(&path) {
            Ok(report) if report.findings.is_empty() => unfound.push(update),
            Ok(_) => {}
            Err(error) => unfound.push(format!("{update}: {error}")),
        }
    }
    assert!(unfound.is_empty(), "{}", unfound.join("\n"));
}

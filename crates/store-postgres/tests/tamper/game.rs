//! The game's tables: what their schema stops, and what the audit finds when nothing stops it.

use super::{Ledger, words};

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
        "violates check constraint",
    ),
    (
        "UPDATE reward SET state = 'settled' WHERE state = 'waiting'",
        "violates check constraint",
    ),
    (
        "UPDATE reward SET state = 'settled', seen = (SELECT hash FROM chain_cursor), seen_lt = 1 WHERE state = 'sent' AND kind = 'tokens'",
        "violates check constraint",
    ),
    (
        "UPDATE reward SET state = 'refused' WHERE state = 'waiting'",
        "violates check constraint",
    ),
    (
        "UPDATE reward SET batch = NULL WHERE state = 'sent'",
        "violates check constraint",
    ),
    (
        "UPDATE reward SET ready_ms = NULL WHERE state = 'sent'",
        "violates check constraint",
    ),
    (
        "UPDATE reward SET ended_by = promised_by WHERE state = 'waiting' AND kind = 'tokens'",
        "violates check constraint",
    ),
    (
        "UPDATE deposit SET state = 'refunding' WHERE state = 'held'",
        "violates check constraint",
    ),
    (
        "UPDATE deposit SET state = 'assigned' WHERE state = 'held' AND amount > 0",
        "violates check constraint",
    ),
    (
        "UPDATE chain_batch SET state = 'signed' WHERE state = 'formed'",
        "violates check constraint",
    ),
    (
        "INSERT INTO purchase (player, item, bought_ms) VALUES (11, 77, 0)",
        "violates check constraint",
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
    for (statement, said) in REFUSED {
        let error = ledger.db.execute(*statement, &[]).await;
        let error = words(&error.expect_err(statement));
        assert!(error.contains(said), "{statement}\n  {error}");
    }
    assert_eq!(ledger.audit().await.unwrap().findings, []);
}

#[tokio::test]
async fn the_audit_finds_what_was_changed_in_the_game() {
    let ledger = Ledger::lived_in().await;
    ledger.unprotect().await;
    let mut unfound = Vec::new();
    for (table, among, change) in FOUND {
        let keep =
            format!("DROP TABLE IF EXISTS kept; CREATE TEMP TABLE kept AS SELECT * FROM {table}");
        ledger.db.batch_execute(&keep).await.unwrap();
        let update = format!(
            "UPDATE {table} SET {change} WHERE ctid = (SELECT ctid FROM {table} WHERE {among} LIMIT 1)"
        );
        let changed = ledger.db.execute(&update, &[]).await;
        let changed = changed.unwrap_or_else(|error| panic!("{update}\n  {}", words(&error)));
        assert_eq!(changed, 1, "{update}");
        match ledger.audit().await {
            Ok(report) if report.findings.is_empty() => unfound.push(update),
            Ok(_) => {}
            Err(error) => unfound.push(format!("{update}: {error}")),
        }
        let back = format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept");
        ledger.db.batch_execute(&back).await.unwrap();
    }
    assert!(unfound.is_empty(), "{}", unfound.join("\n"));
    assert_eq!(ledger.audit().await.unwrap().findings, []);
}

/// What is asked all the time is found by an index, however long the queue is.
#[tokio::test]
async fn the_queue_is_read_along_its_indexes() {
    let ledger = Ledger::lived_in().await;
    // So many rows that reading them all would be dearer than an index.
    ledger.unprotect().await;
    ledger
        .db
        .batch_execute(
            "INSERT INTO reward (id, player, kind, achievement, state, attempts, queued_ms, ready_ms, changed_ms, seen, seen_lt, batch, to_address)
             SELECT n, 1000 + n, 'achievement', 1, 'settled', 1, n, n, n, '\\x00', 1, 1, '0:00' FROM generate_series(1, 20000) n;
             INSERT INTO deposit (hash, account, lt, sender, currency, amount, over, state, why, seen_ms, changed_ms)
             SELECT decode(lpad(to_hex(n), 64, '0'), 'hex'), '0:00', 1000 + n, '0:00', 1, 0, 0, 'assigned', 'underpaid', 0, 0
             FROM generate_series(1, 20000) n; ANALYZE",
        )
        .await
        .unwrap();
    for (query, index) in [
        (
            "SELECT count(*), min(ready_ms), max(ready_ms) FROM reward WHERE state = 'waiting' AND ready_ms IS NOT NULL",
            "reward_ready",
        ),
        (
            "SELECT count(*) FROM reward WHERE state = 'waiting' AND ready_ms IS NULL",
            "reward_no_wallet",
        ),
        (
            "SELECT id FROM reward WHERE state = 'waiting' AND ready_ms IS NOT NULL AND kind = 'tokens' ORDER BY ready_ms, id LIMIT 100",
            "reward_ready",
        ),
        (
            "SELECT id FROM reward WHERE state = 'refused' ORDER BY id DESC LIMIT 9",
            "reward_state",
        ),
        (
            "SELECT queued_ms FROM reward WHERE state = 'refused' ORDER BY id LIMIT 1",
            "reward_state",
        ),
        (
            "SELECT id FROM reward WHERE player = 11 AND id < 5 ORDER BY id DESC LIMIT 9",
            "reward_player",
        ),
        (
            "SELECT hash FROM deposit WHERE state = 'held' AND lt < 9000000000000000000 ORDER BY lt DESC LIMIT 9",
            "deposit_state",
        ),
        (
            "SELECT hash FROM deposit WHERE state = 'held' AND why = 'unknown_player'",
            "deposit_claim",
        ),
    ] {
        let explain = format!("EXPLAIN {query}");
        let plan = ledger.db.query(&explain, &[]).await.unwrap();
        let plan: Vec<&str> = plan.iter().map(|row| row.get(0)).collect();
        assert!(
            plan.iter().any(|line| line.contains(index)),
            "{query}\n{}",
            plan.join("\n")
        );
        assert!(
            !plan.iter().any(|line| line.contains("Seq Scan")),
            "{query}\n{}",
            plan.join("\n")
        );
    }
}

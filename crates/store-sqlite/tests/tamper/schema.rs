//! A second connection with all its constraints and triggers: each invariant holds against plain SQL.

use rusqlite::Connection;

use super::Ledger;

fn check(db: &Connection, statement: &str, words: &str) {
    let error = db.execute(statement, []).expect_err(statement);
    assert!(error.to_string().contains(words), "{statement}\n  {error}");
}

/// The newest row of a table again, with other values in some columns.
fn again(db: &Connection, table: &str, changes: &[(&str, &str)]) -> String {
    let mut list = db
        .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))
        .unwrap();
    let columns: Vec<String> = list
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let values = columns.iter().map(|column| {
        let change = changes.iter().find(|(name, _)| name == column);
        change.map_or(column.as_str(), |(_, value)| *value)
    });
    let values = values.collect::<Vec<_>>().join(", ");
    format!(
        "INSERT INTO {table} SELECT {values} FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})"
    )
}

#[tokio::test]
async fn the_schema_stops_raw_sql() {
    let ledger = Ledger::lived_in().await;
    let db = Connection::open(ledger.path()).unwrap();
    db.execute_batch("PRAGMA foreign_keys = ON").unwrap();

    for table in ["transfer", "detail", "origin", "code_lookup", "change_log"] {
        check(
            &db,
            &format!("DELETE FROM {table}"),
            "history is never deleted",
        );
    }
    for (table, change) in [
        ("transfer", "amount = amount + 1"),
        ("transfer", "actor = 1"),
        ("detail", "reason = 'x'"),
        ("origin", "entry = 'x'"),
        ("code_lookup", "json = 'x'"),
        ("change_log", "what = 'x'"),
    ] {
        check(
            &db,
            &format!("UPDATE {table} SET {change}"),
            "history is never changed",
        );
    }
    for table in ["note", "hold", "reaction"] {
        check(
            &db,
            &format!("DELETE FROM {table}"),
            "history is never deleted",
        );
    }
    check(
        &db,
        "UPDATE note SET state = 'revoked' WHERE state = 'redeemed'",
        "a note is settled once",
    );
    check(
        &db,
        "UPDATE note SET state = 'open', settled_by = NULL WHERE state = 'redeemed'",
        "a note is settled once",
    );
    check(
        &db,
        "UPDATE note SET amount = amount + 1 WHERE state = 'open'",
        "a note is settled once",
    );
    check(
        &db,
        "UPDATE note SET recipient = 'discord:9' WHERE state = 'open'",
        "a note is settled once",
    );
    check(
        &db,
        "UPDATE hold SET state = 'released' WHERE state = 'captured'",
        "a hold is settled once",
    );
    check(
        &db,
        "UPDATE hold SET amount = 1 WHERE state = 'open'",
        "a hold is settled once",
    );
    check(
        &db,
        "UPDATE reaction SET state = 'minted', burned_by = NULL WHERE state = 'burned'",
        "a reaction is taken back once",
    );
    check(
        &db,
        "UPDATE reaction SET minted = minted + 1 WHERE state = 'minted'",
        "a reaction is taken back once",
    );
    check(
        &db,
        "UPDATE note SET state = 'redeemed' WHERE state = 'open'",
        "CHECK constraint failed",
    );
    check(
        &db,
        "UPDATE hold SET settled_by = id WHERE state = 'open'",
        "CHECK constraint failed",
    );

    let id = ("id", "id + 1000000");
    let transfer = |changes: &[(&str, &str)]| again(&db, "transfer", &[&[id], changes].concat());
    for (changes, words) in [
        ([("amount", "0")], "CHECK constraint failed"),
        ([("amount", "-1")], "CHECK constraint failed"),
        ([("amount", "1.5")], "cannot store REAL"),
        ([("credit", "debit")], "CHECK constraint failed"),
        ([("kind", "0")], "CHECK constraint failed"),
        ([("kind", "20")], "CHECK constraint failed"),
        ([("origin", "NULL")], "NOT NULL constraint failed"),
        ([("origin", "999999")], "FOREIGN KEY constraint failed"),
        ([("actor", "NULL")], "NOT NULL constraint failed"),
        ([("hash", "NULL")], "NOT NULL constraint failed"),
        ([("sequence", "NULL")], "NOT NULL constraint failed"),
    ] {
        check(&db, &transfer(&changes), words);
    }
    check(
        &db,
        &transfer(&[("debit_floor", "0"), ("debit_after", "-1")]),
        "CHECK constraint failed",
    );
    check(
        &db,
        &again(&db, "transfer", &[]),
        "UNIQUE constraint failed",
    );
    // Only these changes were wrong: the row alone could be written.
    db.execute_batch("SAVEPOINT sound").unwrap();
    assert_eq!(db.execute(&transfer(&[]), []).unwrap(), 1);
    db.execute_batch("ROLLBACK TO sound; RELEASE sound")
        .unwrap();

    let reversed = "INSERT INTO detail (id, reverses) SELECT max(id), (SELECT max(reverses) FROM detail) FROM transfer WHERE id NOT IN (SELECT id FROM detail)";
    check(&db, reversed, "UNIQUE constraint failed: detail.reverses");
    check(
        &db,
        "UPDATE account SET balance = -1 WHERE role = 0",
        "CHECK constraint failed",
    );
    check(
        &db,
        "UPDATE account SET floor = 5",
        "CHECK constraint failed",
    );
    check(
        &db,
        "UPDATE account SET floor = NULL WHERE role = 0",
        "CHECK constraint failed",
    );
    check(
        &db,
        "UPDATE account SET holder = NULL WHERE role = 0",
        "CHECK constraint failed",
    );
    check(
        &db,
        &again(&db, "account", &[("ref", "ref + 1")]),
        "UNIQUE constraint failed",
    );
    check(
        &db,
        &again(&db, "note", &[("id", "1")]),
        "FOREIGN KEY constraint failed",
    );
    check(
        &db,
        &again(&db, "hold", &[("id", "1")]),
        "FOREIGN KEY constraint failed",
    );
    check(
        &db,
        "INSERT INTO reaction SELECT * FROM reaction LIMIT 1",
        "UNIQUE constraint failed",
    );
    check(
        &db,
        &again(&db, "change_log", &[("id", "id + 1")]),
        "UNIQUE constraint failed: change_log.key",
    );
    check(
        &db,
        "UPDATE holder SET standing = 'merged'",
        "CHECK constraint failed",
    );
    check(&db, "UPDATE rate SET den = 0", "CHECK constraint failed");
    for (change, words) in [
        ("bytes = zeroblob(262145)", "CHECK constraint failed"),
        ("currency = 999", "FOREIGN KEY constraint failed"),
        ("media_type = NULL", "NOT NULL constraint failed"),
    ] {
        check(&db, &format!("UPDATE currency_picture SET {change}"), words);
    }
    drop(db);
    assert_eq!(
        store_sqlite::SqliteStore::verify(&ledger.path())
            .unwrap()
            .findings,
        []
    );
}

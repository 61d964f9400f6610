//! Another session with all constraints and triggers in place: each invariant holds against plain SQL.

use super::{Ledger, words};

const CHECK: &str = "violates check constraint";
const FOREIGN: &str = "violates foreign key constraint";
const UNIQUE: &str = "violates unique constraint";
const NOT_NULL: &str = "violates not-null constraint";

async fn check(ledger: &Ledger, statement: &str, said: &str) {
    let error = ledger.db.execute(statement, &[]).await;
    let error = words(&error.expect_err(statement));
    assert!(error.contains(said), "{statement}\n  {error}");
}

/// The newest row of a table again, with other values in some columns.
async fn again(ledger: &Ledger, table: &str, changes: &[(&str, &str)]) -> String {
    let list = "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position";
    let columns = ledger.db.query(list, &[&table]).await.unwrap();
    let values = columns.iter().map(|row| {
        let column: &str = row.get(0);
        let change = changes.iter().find(|(name, _)| *name == column);
        change.map_or(column, |(_, value)| *value)
    });
    let values = values.collect::<Vec<_>>().join(", ");
    format!(
        "INSERT INTO {table} SELECT {values} FROM {table} WHERE id = (SELECT max(id) FROM {table})"
    )
}

#[tokio::test]
async fn history_stays() {
    let ledger = Ledger::lived_in().await;
    for table in [
        "transfer",
        "detail",
        "origin",
        "code_lookup",
        "change_log",
        "note",
        "hold",
        "reaction",
    ] {
        for statement in [
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
        ] {
            check(&ledger, &statement, "history is never deleted").await;
        }
    }
    for (table, change) in [
        ("transfer", "amount = amount + 1"),
        ("transfer", "actor = 1"),
        ("detail", "reason = 'x'"),
        ("origin", "entry = 'x'"),
        ("code_lookup", "json = 'x'"),
        ("change_log", "what = 'x'"),
    ] {
        let update = format!("UPDATE {table} SET {change}");
        check(&ledger, &update, "history is never changed").await;
    }
    assert_eq!(ledger.audit().await.unwrap().findings, []);
}

#[tokio::test]
async fn what_happens_once_is_settled_once() {
    let ledger = Ledger::lived_in().await;
    for (table, change, among, said) in [
        (
            "note",
            "state = 'revoked'",
            "state = 'redeemed'",
            "a note is settled once",
        ),
        (
            "note",
            "state = 'open', settled_by = NULL",
            "state = 'redeemed'",
            "a note is settled once",
        ),
        (
            "note",
            "amount = amount + 1",
            "state = 'open'",
            "a note is settled once",
        ),
        (
            "note",
            "recipient = 'discord:9'",
            "state = 'open'",
            "a note is settled once",
        ),
        (
            "hold",
            "state = 'released'",
            "state = 'captured'",
            "a hold is settled once",
        ),
        (
            "hold",
            "amount = 1",
            "state = 'open'",
            "a hold is settled once",
        ),
        (
            "reaction",
            "state = 'minted', burned_by = NULL",
            "state = 'burned'",
            "a reaction is taken back once",
        ),
        (
            "reaction",
            "minted = minted + 1",
            "state = 'minted'",
            "a reaction is taken back once",
        ),
        ("note", "state = 'redeemed'", "state = 'open'", CHECK),
        ("hold", "settled_by = id", "state = 'open'", CHECK),
        (
            "note",
            "state = 'redeemed', settled_by = 1",
            "state = 'open'",
            FOREIGN,
        ),
    ] {
        let update = format!("UPDATE {table} SET {change} WHERE {among}");
        check(&ledger, &update, said).await;
    }
    assert_eq!(ledger.audit().await.unwrap().findings, []);
}

#[tokio::test]
async fn a_transfer_that_may_not_be_is_not_written() {
    let ledger = Ledger::lived_in().await;
    // The newest transfer once more, as if it were another.
    let another = [("id", "id + 1000000"), ("key", "NULL"), ("content", "NULL")];
    for (change, said) in [
        (("amount", "0"), CHECK),
        (("amount", "-1"), CHECK),
        (("amount", "9223372036854775808"), "out of range"),
        (("credit", "debit"), CHECK),
        (("kind", "0"), CHECK),
        (("kind", "20"), CHECK),
        (("origin", "NULL"), NOT_NULL),
        (("origin", "999999"), FOREIGN),
        (("actor", "NULL"), NOT_NULL),
        (("hash", "NULL"), NOT_NULL),
        (("sequence", "NULL"), NOT_NULL),
    ] {
        let changes = [&another[..], &[change]].concat();
        check(&ledger, &again(&ledger, "transfer", &changes).await, said).await;
    }
    let below = [&another[..], &[("debit_floor", "0"), ("debit_after", "-1")]].concat();
    check(&ledger, &again(&ledger, "transfer", &below).await, CHECK).await;
    for changes in [&[][..], &another[..1]] {
        check(&ledger, &again(&ledger, "transfer", changes).await, UNIQUE).await;
    }
    // Only these changes were wrong: the row alone could be written.
    let sound = again(&ledger, "transfer", &another).await;
    ledger.db.batch_execute("BEGIN").await.unwrap();
    assert_eq!(ledger.db.execute(&sound, &[]).await.unwrap(), 1);
    ledger.db.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(ledger.audit().await.unwrap().findings, []);
}

#[tokio::test]
async fn what_stands_beside_the_journal_keeps_its_shape() {
    let ledger = Ledger::lived_in().await;
    let reversed = "INSERT INTO detail (shard_key, id, reverses) SELECT t.shard_key, t.id, (SELECT max(reverses) FROM detail) FROM transfer t
         WHERE NOT EXISTS (SELECT 1 FROM detail d WHERE d.id = t.id) ORDER BY t.id DESC LIMIT 1";
    check(&ledger, reversed, "detail_reverses").await;
    let of_nothing = "INSERT INTO detail (shard_key, id) VALUES (1, 1)";
    check(&ledger, of_nothing, FOREIGN).await;
    for (statement, said) in [
        ("UPDATE account SET balance = -1 WHERE role = 0", CHECK),
        ("UPDATE account SET floor = 5", CHECK),
        ("UPDATE account SET floor = NULL WHERE role = 0", CHECK),
        ("UPDATE account SET holder = NULL WHERE role = 0", CHECK),
        ("UPDATE account SET role = 6", CHECK),
        (
            "UPDATE account SET currency = 999 WHERE id = (SELECT min(id) FROM account)",
            FOREIGN,
        ),
        (
            "UPDATE flow SET origin = 999999 WHERE first = (SELECT min(first) FROM flow)",
            FOREIGN,
        ),
        (
            "UPDATE origin_head SET origin = 999999 WHERE origin = (SELECT min(origin) FROM origin_head)",
            FOREIGN,
        ),
        ("UPDATE journal SET chain = 'x'", CHECK),
        (
            "INSERT INTO reaction SELECT * FROM reaction LIMIT 1",
            UNIQUE,
        ),
        ("UPDATE holder SET standing = 'merged'", CHECK),
        ("UPDATE rate SET den = 0", CHECK),
        (
            "UPDATE currency_picture SET bytes = convert_to(repeat('x', 262145), 'UTF8')",
            CHECK,
        ),
        ("UPDATE currency_picture SET currency = 999", FOREIGN),
        ("UPDATE currency_picture SET media_type = NULL", NOT_NULL),
    ] {
        check(&ledger, statement, said).await;
    }
    let account = again(&ledger, "account", &[("id", "id + 1")]).await;
    check(&ledger, &account, UNIQUE).await;
    for table in ["note", "hold"] {
        let of_nothing = again(&ledger, table, &[("id", "1")]).await;
        check(&ledger, &of_nothing, FOREIGN).await;
    }
    let change = again(&ledger, "change_log", &[("id", "id + 1")]).await;
    check(&ledger, &change, "change_log_key").await;
    assert_eq!(ledger.audit().await.unwrap().findings, []);
}

//! With all protection taken away: one row among many is changed, and the audit names that row.

use rusqlite::Connection;
use store_sqlite::SqliteStore;

use super::Ledger;

/// One row, one change, and how the audit calls the row (a query, asked after the change).
struct Case {
    /// Which row of the table: a condition of which the middle match is taken.
    table: &'static str,
    among: &'static str,
    change: &'static str,
}

const fn case(table: &'static str, among: &'static str, change: &'static str) -> Case {
    Case {
        table,
        among,
        change,
    }
}

/// How the audit calls a row of the table.
fn name_of(table: &str) -> &'static str {
    match table {
        "transfer" => "'transfer ' || id",
        "detail" => "'detail ' || id",
        "note" => "'note ' || id",
        "hold" => "'hold ' || id",
        "reaction" => "'reaction ' || message || '/' || reactor || '/' || currency",
        "origin" => "'origin ' || ref",
        "account" => "'account ' || ref",
        "flow" => "'flow ' || day || '/' || currency || '/' || origin || '/' || kind",
        "code_lookup" => "printf('code_lookup %llu', id)",
        other => panic!("{other} has no rows that are named"),
    }
}

fn key_of(table: &str) -> &'static str {
    match table {
        "reaction" => "(message, reactor, currency)",
        "flow" => "(day, currency, origin, kind)",
        _ => "rowid",
    }
}

/// The middle row of those that the condition lets through.
fn middle(db: &Connection, case: &Case) -> String {
    let Case { table, among, .. } = case;
    let many: i64 = db
        .query_row(
            &format!("SELECT count(*) FROM {table} WHERE {among}"),
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(many > 0, "no row of {table} has {among}");
    let key = key_of(table).trim_matches(['(', ')']);
    format!(
        "{} IN (SELECT {key} FROM {table} WHERE {among} ORDER BY {key} LIMIT 1 OFFSET {})",
        key_of(table),
        many / 2
    )
}

/// What the audit says, if it does not name the row that was changed.
fn check(ledger: &Ledger, number: usize, case: &Case) -> Option<String> {
    let Case { table, change, .. } = case;
    let (path, db) = ledger.bare_copy(&format!("case{number}"));
    let row = middle(&db, case);
    // The key itself may be changed: the row is called by its new key.
    let name = name_of(table);
    let update = format!("UPDATE {table} SET {change} WHERE {row} RETURNING {name}");
    let called: String = db.query_row(&update, [], |row| row.get(0)).expect(&update);
    drop(db);
    let words = format!("{table} {change}");
    match SqliteStore::verify(&path) {
        Err(error) => Some(format!("{words}: could not be audited: {error}")),
        Ok(report) => match report.findings.first() {
            None => Some(format!("{words}: nothing was found")),
            Some(found) if found.row != called => Some(format!(
                "{words}: {called} was changed, but {} is named: {}",
                found.row, found.what
            )),
            Some(_) => None,
        },
    }
}

const SINGLE: &str = "kind = 3";
const CASES: &[Case] = &[
    case(
        "transfer",
        "leg = 0 AND id + 1 NOT IN (SELECT id FROM transfer)",
        "id = id + 1",
    ),
    case("transfer", SINGLE, "sequence = sequence + 1"),
    case("transfer", SINGLE, "leg = 1"),
    case("transfer", "leg = 1", "leg = 0"),
    case("transfer", SINGLE, "kind = 10"),
    case("transfer", SINGLE, "currency = currency + 1"),
    case("transfer", SINGLE, "currency = 999"),
    case("transfer", SINGLE, "debit = debit + 1"),
    case("transfer", SINGLE, "debit = 999"),
    case("transfer", SINGLE, "credit = credit + 1"),
    case("transfer", SINGLE, "debit = credit, credit = debit"),
    case("transfer", SINGLE, "amount = amount + 1"),
    case("transfer", SINGLE, "amount = -amount"),
    case("transfer", SINGLE, "debit_after = debit_after + 1"),
    case("transfer", SINGLE, "credit_after = credit_after + 1"),
    case("transfer", SINGLE, "debit_prev = 0"),
    case("transfer", SINGLE, "credit_prev = 0"),
    case("transfer", SINGLE, "debit_floor = -5"),
    case("transfer", SINGLE, "debit_floor = NULL"),
    case("transfer", SINGLE, "actor = actor + 1"),
    case("transfer", SINGLE, "origin = origin + 1"),
    case("transfer", SINGLE, "origin = 0"),
    case("transfer", SINGLE, "origin_prev = 0"),
    case("transfer", SINGLE, "key = zeroblob(16)"),
    case("transfer", SINGLE, "key = NULL, content = NULL"),
    case("transfer", SINGLE, "content = content + 1"),
    case("transfer", SINGLE, "hash = zeroblob(16)"),
    case("detail", "reason IS NOT NULL", "reason = 'another'"),
    case("detail", "reason IS NOT NULL", "reason = NULL"),
    case("detail", "reason IS NOT NULL", "reference = 'another'"),
    case("detail", "reason IS NOT NULL", "item = 1"),
    case("detail", "reason IS NOT NULL", "item_owner = 1"),
    case(
        "detail",
        "reverses IS NOT NULL",
        "reverses = (SELECT max(id) FROM transfer)",
    ),
    case(
        "detail",
        "remainder_num IS NOT NULL",
        "remainder_num = remainder_num + 1",
    ),
    case("detail", "remainder_num IS NOT NULL", "remainder_den = 5"),
    case("detail", "reverses IS NOT NULL", "debt = 1"),
    case("detail", "reason IS NOT NULL", "traceparent = '00'"),
    case("detail", "about IS NOT NULL", "about = 'discord:9'"),
    case("detail", "reason IS NOT NULL", "seal = seal + 1"),
    case(
        "note",
        "state = 'open'",
        "sender = (SELECT max(id) FROM holder)",
    ),
    case("note", "state = 'open'", "recipient = 'discord:9'"),
    case("note", "state = 'open'", "currency = currency + 1"),
    case("note", "state = 'open'", "amount = amount + 1"),
    case(
        "note",
        "state = 'open'",
        "state = 'redeemed', settled_by = id",
    ),
    case(
        "note",
        "state = 'open'",
        "state = 'revoked', settled_by = (SELECT settled_by FROM note WHERE state = 'redeemed' LIMIT 1)",
    ),
    case(
        "note",
        "state = 'redeemed'",
        "state = 'open', settled_by = NULL",
    ),
    case("note", "state = 'redeemed'", "state = 'revoked'"),
    case("note", "state = 'redeemed'", "settled_by = id"),
    case(
        "hold",
        "state = 'open'",
        "holder = (SELECT max(id) FROM holder)",
    ),
    case("hold", "state = 'open'", "currency = currency + 1"),
    case("hold", "state = 'open'", "amount = amount + 1"),
    case("hold", "state = 'open'", "expires_ms = expires_ms + 1"),
    case("hold", "state = 'open'", "expires_ms = NULL"),
    case(
        "hold",
        "state = 'open'",
        "state = 'released', settled_by = id",
    ),
    case(
        "hold",
        "state = 'captured'",
        "state = 'open', settled_by = NULL",
    ),
    case("hold", "state = 'captured'", "state = 'released'"),
    case("hold", "state = 'captured'", "settled_by = id"),
    case("reaction", "state = 'minted'", "message = message + 5"),
    case(
        "reaction",
        "state = 'minted'",
        "reactor = (SELECT max(id) FROM holder)",
    ),
    case("reaction", "state = 'minted'", "currency = currency + 1"),
    case(
        "reaction",
        "state = 'minted'",
        "author = (SELECT max(id) FROM holder)",
    ),
    case("reaction", "state = 'minted'", "amount = amount + 1"),
    case("reaction", "state = 'minted'", "minted = minted - 1"),
    case(
        "reaction",
        "state = 'minted'",
        "state = 'burned', burned_by = minted",
    ),
    case(
        "reaction",
        "state = 'burned'",
        "state = 'minted', burned_by = NULL",
    ),
    case(
        "reaction",
        "state = 'burned'",
        "state = 'unrecoverable', burned_by = NULL",
    ),
    case("reaction", "state = 'burned'", "burned_by = minted"),
    case("origin", "ref > 0", "entry = 'discord:/mint'"),
    case("origin", "ref > 0", "application = 'another'"),
    case("origin", "ref > 0", "site = 0"),
    case("origin", "ref > 0", "site = 5"),
    case("origin", "ref > 0", "class = 'another'"),
    case("origin", "ref > 0", "function = 'another'"),
    case("origin", "ref > 0", "claimed = 1"),
    case("origin", "ref > 0", "digest = digest + 1"),
    case("code_lookup", "id <> 0", "json = json || ' '"),
    case("code_lookup", "id <> 0", "id = id + 1"),
    case("account", "role = 0", "role = 4"),
    case("account", "role = 0", "holder = holder + 1"),
    case("account", "role = 0", "currency = currency + 7"),
    case("account", "role = 0", "floor = -100"),
    case("account", "role = 2", "floor = -100"),
    case("account", "role = 0", "balance = balance + 1"),
    case("account", "role = 1", "balance = balance + 1"),
    case("account", "role = 0", "last_transfer = 0"),
    case("account", "role = 0", "seal = seal + 1"),
    case("flow", "kind = 1", "day = day + 100"),
    case("flow", "kind = 1", "currency = currency + 5"),
    case("flow", "kind = 1", "origin = origin + 50"),
    case("flow", "kind = 1", "kind = 10"),
    case("flow", "kind = 1", "transfers = transfers + 1"),
    case("flow", "kind = 1", "issued = '1'"),
    case("flow", "kind = 1", "retired = '1'"),
    case("flow", "kind = 3", "moved = '1'"),
    case("flow", "kind = 1", "first = first + 1"),
    case("flow", "kind = 1", "last = last + 1"),
];

#[tokio::test]
async fn the_audit_names_the_row_that_was_changed() {
    let ledger = Ledger::lived_in().await;
    assert_eq!(SqliteStore::verify(&ledger.path()).unwrap().findings, []);
    let missed: Vec<String> = CASES
        .iter()
        .enumerate()
        .filter_map(|(number, case)| check(&ledger, number, case))
        .collect();
    assert!(
        missed.is_empty(),
        "{} of {}:\n{}",
        missed.len(),
        CASES.len(),
        missed.join("\n")
    );
}

/// A row that is gone is named by itself where something else remembers it, and else by the one after it.
#[tokio::test]
async fn the_audit_names_what_is_missing() {
    let ledger = Ledger::lived_in().await;
    let gone = [
        (
            "transfer",
            SINGLE,
            "SELECT 'transfer ' || min(t.id) FROM transfer t, gone WHERE t.id > gone.key",
        ),
        ("note", "state = 'open'", "SELECT 'note ' || key FROM gone"),
        ("hold", "state = 'open'", "SELECT 'hold ' || key FROM gone"),
        (
            "account",
            "role = 0",
            "SELECT 'transfer ' || min(t.id) FROM transfer t, gone WHERE gone.key IN (t.debit, t.credit)",
        ),
        (
            "detail",
            "reason IS NOT NULL",
            "SELECT 'transfer ' || key FROM gone",
        ),
        (
            "code_lookup",
            "id <> 0",
            "SELECT 'origin ' || min(o.ref) FROM origin o, gone WHERE o.site = gone.key",
        ),
        (
            "origin",
            "ref > 0 AND ref IN (SELECT origin FROM transfer)",
            "SELECT 'transfer ' || min(t.id) FROM transfer t, gone WHERE t.origin = gone.key",
        ),
    ];
    let mut missed = Vec::new();
    for (table, among, named) in gone {
        let (path, db) = ledger.bare_copy(&format!("gone_{table}"));
        let row = middle(&db, &case(table, among, ""));
        db.execute_batch(&format!("CREATE TEMP TABLE gone AS SELECT rowid AS key FROM {table} WHERE {row}; DELETE FROM {table} WHERE {row}")).unwrap();
        let named: String = db.query_row(named, [], |row| row.get(0)).unwrap();
        drop(db);
        let found = SqliteStore::verify(&path)
            .map(|report| report.findings.first().map(|found| found.row.clone()));
        if !matches!(&found, Ok(Some(row)) if *row == named) {
            missed.push(format!("{table}: {named} should be named, but {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

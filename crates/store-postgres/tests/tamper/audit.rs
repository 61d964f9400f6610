//! With all protection taken away: one row among many is changed, and the audit names that row.

use super::{Ledger, words};

/// One row and one change.
pub(super) struct Case {
    /// Which row of the table: a condition of which the middle match is taken.
    table: &'static str,
    among: &'static str,
    change: &'static str,
}

pub(super) const fn case(table: &'static str, among: &'static str, change: &'static str) -> Case {
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
        "origin" => "'origin ' || id",
        "origin_head" => "'origin_head ' || origin",
        "account" => "'account ' || id",
        "flow" => "'flow ' || day || '/' || currency || '/' || origin || '/' || kind",
        // The id is unsigned.
        "code_lookup" => {
            "'code_lookup ' || CASE WHEN id < 0 THEN id + 18446744073709551616 ELSE id END"
        }
        "journal" => "'journal ' || 0",
        other => panic!("{other} has no rows that are named"),
    }
}

fn key_of(table: &str) -> &'static str {
    match table {
        "reaction" => "message, reactor, currency",
        "flow" => "day, currency, origin, kind",
        "origin_head" => "origin",
        "journal" => "shard_key",
        _ => "id",
    }
}

/// The middle row of those that the condition lets through, by its place on disk.
async fn middle(ledger: &Ledger, table: &str, among: &str) -> String {
    let key = key_of(table);
    let middle = format!(
        "SELECT ctid::text FROM {table} WHERE {among} ORDER BY {key} LIMIT 1 OFFSET (SELECT count(*) / 2 FROM {table} WHERE {among})"
    );
    format!("ctid = '{}'", ledger.text(&middle).await)
}

/// Keeps a row in the table `kept`.
async fn keep(ledger: &Ledger, table: &str, row: &str) {
    let keep = format!(
        "DROP TABLE IF EXISTS kept; CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE {row}"
    );
    ledger.db.batch_execute(&keep).await.unwrap();
}

async fn put_back(ledger: &Ledger, table: &str) {
    let put = format!("INSERT INTO {table} SELECT * FROM kept");
    ledger.db.batch_execute(&put).await.unwrap();
}

/// What the audit says, if it does not name this row and nothing else.
async fn unnamed(ledger: &Ledger, called: &str) -> Option<String> {
    match ledger.audit().await {
        Err(error) => Some(format!("could not be audited: {error}")),
        Ok(report) => match &report.findings[..] {
            [] => Some("nothing was found".into()),
            [found] if found.row == called => None,
            found => Some(format!("{called} is wrong, but {found:?} was found")),
        },
    }
}

/// Changes a row, audits, and puts it back: what the audit says, if it does not name that row.
pub(super) async fn changed_unnamed(ledger: &Ledger, case: &Case) -> Option<String> {
    let Case {
        table,
        among,
        change,
    } = case;
    let row = middle(ledger, table, among).await;
    keep(ledger, table, &row).await;
    // The key itself may be changed: the row is called by its new key.
    let name = name_of(table);
    let update = format!("UPDATE {table} SET {change} WHERE {row} RETURNING {name}, ctid::text");
    let changed = ledger.db.query_one(&update, &[]).await;
    let changed = changed.unwrap_or_else(|error| panic!("{update}\n  {}", words(&error)));
    let said = unnamed(ledger, changed.get(0)).await;
    let delete = format!(
        "DELETE FROM {table} WHERE ctid = '{}'",
        changed.get::<_, &str>(1)
    );
    ledger.db.batch_execute(&delete).await.unwrap();
    put_back(ledger, table).await;
    said.map(|said| format!("{table} {change}: {said}"))
}

const SINGLE: &str = "kind = 3";
const CASES: &[Case] = &[
    case(
        "transfer",
        "leg = 0 AND id + 1 NOT IN (SELECT id FROM transfer) AND id NOT IN (SELECT id FROM detail)",
        "id = id + 1",
    ),
    case("transfer", SINGLE, "shard_key = shard_key + 1"),
    case("transfer", SINGLE, "sequence = sequence + 1"),
    case("transfer", SINGLE, "leg = 1"),
    case("transfer", "leg = 1", "leg = 0"),
    case("transfer", SINGLE, "kind = 10"),
    case(
        "transfer",
        SINGLE,
        "currency = (SELECT max(id) FROM currency WHERE id <> transfer.currency)",
    ),
    case("transfer", SINGLE, "currency = 999"),
    case(
        "transfer",
        SINGLE,
        "debit = (SELECT max(id) FROM account WHERE id <> debit)",
    ),
    case("transfer", SINGLE, "debit = 999"),
    case("transfer", SINGLE, "credit = debit"),
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
    case("transfer", SINGLE, "key = decode(repeat('00', 16), 'hex')"),
    case("transfer", SINGLE, "key = key || key"),
    case("transfer", SINGLE, "key = NULL, content = NULL"),
    case("transfer", SINGLE, "content = content + 1"),
    case("transfer", SINGLE, "hash = decode(repeat('00', 16), 'hex')"),
    case("transfer", SINGLE, "hash = hash || hash"),
    case("detail", "reason IS NOT NULL", "shard_key = shard_key + 1"),
    case("detail", "reason IS NOT NULL", "id = 5"),
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
    case("note", "state = 'open'", "shard_key = shard_key + 1"),
    case("note", "state = 'redeemed'", "shard_key = shard_key + 1"),
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
    case("hold", "state = 'open'", "shard_key = shard_key + 1"),
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
    case("reaction", "state = 'minted'", "shard_key = shard_key + 1"),
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
    case("origin", "id <> 0", "entry = 'discord:/mint'"),
    case("origin", "id <> 0", "application = 'another'"),
    case("origin", "id <> 0", "site = 0"),
    case("origin", "id <> 0", "site = 5"),
    case("origin", "id <> 0", "class = 'another'"),
    case("origin", "id <> 0", "function = 'another'"),
    case("origin", "id <> 0", "claimed = true"),
    case("origin", "id <> 0", "digest = digest + 1"),
    case("origin_head", "true", "shard_key = 1"),
    case("origin_head", "true", "origin = origin + 50"),
    case("origin_head", "true", "last_transfer = 0"),
    case("code_lookup", "id <> 0", "json = json || ' '"),
    case("code_lookup", "id <> 0", "id = id + 1"),
    case("account", "role = 0", "shard_key = shard_key + 1"),
    case("account", "role = 0", "role = 4"),
    case("account", "role = 0", "holder = holder + 1"),
    case("account", "role = 0", "currency = currency + 7"),
    case(
        "account",
        "role = 0",
        "currency = (SELECT max(id) FROM currency WHERE id <> account.currency), shard_key = 5",
    ),
    case("account", "role = 0", "floor = -100"),
    case("account", "role = 2", "floor = -100"),
    case("account", "role = 0", "balance = balance + 1"),
    case("account", "role = 1", "balance = balance + 1"),
    case("account", "role = 0", "last_transfer = 0"),
    case("account", "role = 0", "seal = seal + 1"),
    case("flow", "kind = 1", "shard_key = shard_key + 1"),
    case("flow", "kind = 1", "day = day + 100"),
    case("flow", "kind = 1", "currency = currency + 5"),
    case("flow", "kind = 1", "origin = origin + 50"),
    case("flow", "kind = 1", "kind = 10"),
    case("flow", "kind = 1", "transfers = transfers + 1"),
    case("flow", "kind = 1", "issued = 1"),
    case("flow", "kind = 1", "issued = issued + 0.5"),
    case("flow", "kind = 1", "retired = 1"),
    case("flow", "kind = 3", "moved = 1"),
    case("flow", "kind = 1", "first = first + 1"),
    case("flow", "kind = 1", "last = last + 1"),
    case("journal", "true", "sequence = sequence + 1"),
    case("journal", "true", "last_transfer = last_transfer - 1"),
    case("journal", "true", "chain = decode(repeat('00', 32), 'hex')"),
];

fn none_missed(missed: &[String]) {
    let many = missed.len();
    assert!(missed.is_empty(), "{many} missed:\n{}", missed.join("\n"));
}

#[tokio::test]
async fn the_audit_names_the_row_that_was_changed() {
    let ledger = Ledger::lived_in().await;
    ledger.unprotect().await;
    let mut missed = Vec::new();
    for case in CASES {
        missed.extend(changed_unnamed(&ledger, case).await);
    }
    none_missed(&missed);
    assert_eq!(ledger.audit().await.unwrap().findings, []);
}

/// A row that is gone is named by itself where something else remembers it, and else by the one after it.
#[tokio::test]
async fn the_audit_names_what_is_missing() {
    let ledger = Ledger::lived_in().await;
    ledger.unprotect().await;
    let gone = [
        (
            "transfer",
            SINGLE,
            "SELECT 'transfer ' || min(t.id) FROM transfer t, kept WHERE t.id > kept.id",
        ),
        (
            "transfer",
            "id = (SELECT max(id) FROM transfer)",
            "SELECT 'journal ' || 0",
        ),
        ("note", "state = 'open'", "SELECT 'note ' || id FROM kept"),
        (
            "note",
            "state = 'redeemed'",
            "SELECT 'note ' || id FROM kept",
        ),
        ("hold", "state = 'open'", "SELECT 'hold ' || id FROM kept"),
        (
            "account",
            "role = 0",
            "SELECT 'transfer ' || min(t.id) FROM transfer t, kept WHERE kept.id IN (t.debit, t.credit)",
        ),
        (
            "detail",
            "reason IS NOT NULL",
            "SELECT 'transfer ' || id FROM kept",
        ),
        (
            "code_lookup",
            "id <> 0",
            "SELECT 'origin ' || min(o.id) FROM origin o, kept WHERE o.site = kept.id",
        ),
        (
            "origin",
            "id <> 0 AND id IN (SELECT origin FROM transfer)",
            "SELECT 'transfer ' || min(t.id) FROM transfer t, kept WHERE t.origin = kept.id",
        ),
        (
            "origin_head",
            "true",
            "SELECT 'origin_head ' || origin FROM kept",
        ),
        (
            "flow",
            "kind = 3",
            "SELECT 'flow ' || day || '/' || currency || '/' || origin || '/' || kind FROM kept",
        ),
    ];
    let mut missed = Vec::new();
    for (table, among, named) in gone {
        let row = middle(&ledger, table, among).await;
        keep(&ledger, table, &row).await;
        let delete = format!("DELETE FROM {table} WHERE {row}");
        ledger.db.batch_execute(&delete).await.unwrap();
        let named = ledger.text(named).await;
        let said = unnamed(&ledger, &named).await;
        missed.extend(said.map(|said| format!("{table}: {said}")));
        put_back(&ledger, table).await;
    }
    none_missed(&missed);
    assert_eq!(ledger.audit().await.unwrap().findings, []);
}

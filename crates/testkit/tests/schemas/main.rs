//! The migrations of both stores give one schema: what only one of them has is written down here with its reason.
//!
//! A schema is read as short sentences: of columns, of what is unique, of references, of checks, of what triggers stop, of views. Indexes
//! that only make something fast, and the sizes of integers, are each store's own.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod postgres;
mod sqlite;

use std::collections::BTreeSet;
use std::fmt;

use Only::{Postgres, Sqlite};

/// Which store has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Only {
    Sqlite,
    Postgres,
}

/// A table that only one has.
const TABLES: [(Only, &str, &str); 5] = [
    (
        Sqlite,
        "mark",
        "balances and flows are written behind; it says how far they are",
    ),
    (
        Postgres,
        "journal",
        "several processes write; its row is what they wait for",
    ),
    (
        Postgres,
        "origin_head",
        "SQLite's one process keeps each origin's newest transfer in memory",
    ),
    (
        Postgres,
        "node",
        "several processes number ids; SQLite's file has one owner",
    ),
    (
        Postgres,
        "scrip_schema",
        "a file has a place for its version in its header",
    ),
];

/// A column that only one has, and which one it stands for; nothing when the other needs none.
const COLUMNS: [(Only, &str, Option<&str>, &str); 2] = [
    (
        Sqlite,
        "ref",
        Some("id"),
        "small numbers keep a file small; on a server everything is named by its id",
    ),
    (
        Postgres,
        "shard_key",
        None,
        "a server may spread the tables; a file lies in one place",
    ),
];

/// What else only one has.
const SENTENCES: [(Only, &[&str], &str); 5] = [
    (
        Sqlite,
        &[
            "account: (holder) refers to holder (id)",
            "hold: (holder) refers to holder (id)",
            "note: (sender) refers to holder (id)",
            "reaction: (author) refers to holder (id)",
            "reaction: (reactor) refers to holder (id)",
        ],
        "holders are too many to lie on every node, and what is spread refers only to what does",
    ),
    (
        Sqlite,
        &[
            "flow: issued is text",
            "flow: moved is text",
            "flow: retired is text",
        ],
        "a day can move more than 63 bits, and SQLite has no larger number",
    ),
    (
        Postgres,
        &[
            "flow: issued is numeric",
            "flow: moved is numeric",
            "flow: retired is numeric",
        ],
        "it has, and adds to a day's flow where it lies",
    ),
    (
        Postgres,
        &[
            "flow: (currency) refers to currency (id)",
            "flow: (origin) refers to origin (id)",
        ],
        "flows are exact at every commit; SQLite's are written behind, from the journal",
    ),
    (
        Postgres,
        &["transfer: (key) is unique where key IS NOT NULL"],
        "several processes may take one key at once; SQLite's one writer looks keys up in files of its own",
    ),
];

/// What a schema says of one table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sentence {
    table: String,
    says: String,
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.table, self.says)
    }
}

/// A schema as it is read, and what the list of columns makes of it.
#[derive(Debug)]
struct Schema {
    of: Only,
    sentences: BTreeSet<Sentence>,
    columns: BTreeSet<String>,
}

impl Schema {
    fn new(of: Only) -> Self {
        Self {
            of,
            sentences: BTreeSet::new(),
            columns: BTreeSet::new(),
        }
    }

    fn say(&mut self, table: &str, says: String) {
        let table = table.to_owned();
        self.sentences.insert(Sentence { table, says });
    }

    /// What a column is called in both; nothing for one that the other store has no use for.
    fn common<'a>(&mut self, column: &'a str) -> Option<&'a str> {
        self.columns.insert(column.to_owned());
        let mut own = COLUMNS
            .iter()
            .filter(|(only, name, ..)| (*only, *name) == (self.of, column));
        own.next().map_or(Some(column), |(_, _, other, _)| *other)
    }

    fn common_list<'a>(&mut self, columns: &'a [String]) -> Vec<&'a str> {
        let columns = columns.iter();
        columns.filter_map(|column| self.common(column)).collect()
    }

    fn column(&mut self, table: &str, column: &str, kind: &str, may_be_null: bool) {
        if let Some(column) = self.common(column) {
            let null = if may_be_null { ", or nothing" } else { "" };
            self.say(table, format!("{column} is {kind}{null}"));
        }
    }

    /// In whatever order: that decides what an index makes fast, not what is unique.
    fn unique(&mut self, table: &str, columns: &[String], condition: Option<&str>) {
        let mut columns = self.common_list(columns);
        columns.sort_unstable();
        let columns = columns.join(", ");
        let condition = condition.map_or(String::new(), |words| format!(" where {words}"));
        self.say(table, format!("({columns}) is unique{condition}"));
    }

    fn reference(&mut self, table: &str, columns: &[String], to: &str, at: &[String]) {
        let columns = self.common_list(columns).join(", ");
        let at = self.common_list(at).join(", ");
        self.say(table, format!("({columns}) refers to {to} ({at})"));
    }

    fn check(&mut self, table: &str, condition: &str) {
        self.say(table, format!("always {condition}"));
    }

    fn stopped(&mut self, table: &str, event: &str, sometimes: bool) {
        let when = if sometimes { "sometimes" } else { "always" };
        self.say(table, format!("{event} is stopped {when}"));
    }

    fn view(&mut self, view: &str, column: &str) {
        if let Some(column) = self.common(column) {
            self.say(view, format!("people see {column}"));
        }
    }

    fn tables(&self) -> BTreeSet<&str> {
        let tables = self.sentences.iter();
        tables.map(|sentence| sentence.table.as_str()).collect()
    }

    /// What it says of tables that both are to have, that the other does not say.
    fn beyond(&self, other: &Self) -> BTreeSet<String> {
        let own = |table: &str| TABLES.iter().any(|(_, name, _)| *name == table);
        let beyond = self.sentences.difference(&other.sentences);
        beyond
            .filter(|sentence| !own(&sentence.table))
            .map(ToString::to_string)
            .collect()
    }
}

async fn both() -> [Schema; 2] {
    let postgres = postgres::Place::new().await;
    [sqlite::read(&postgres).await, postgres.read().await]
}

#[tokio::test]
async fn both_stores_have_one_schema() {
    let [sqlite, postgres] = both().await;
    let mut lines = Vec::new();
    for (of, beyond) in [
        (Sqlite, sqlite.beyond(&postgres)),
        (Postgres, postgres.beyond(&sqlite)),
    ] {
        let listed: BTreeSet<String> = SENTENCES
            .iter()
            .filter(|(only, ..)| *only == of)
            .flat_map(|(_, sentences, _)| sentences.iter().map(ToString::to_string))
            .collect();
        let unlisted = beyond.difference(&listed);
        lines.extend(
            unlisted.map(|line| format!("only {of:?} has, and no reason is given: {line}")),
        );
        let gone = listed.difference(&beyond);
        lines.extend(
            gone.map(|line| format!("a reason is given, but it is not only {of:?}'s: {line}")),
        );
    }
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

#[tokio::test]
async fn the_tables_and_columns_that_are_listed_are_there() {
    let [sqlite, postgres] = both().await;
    for (only, table, _) in TABLES {
        let in_sqlite = sqlite.tables().contains(table);
        let in_postgres = postgres.tables().contains(table);
        let expected = (only == Sqlite, only == Postgres);
        assert_eq!((in_sqlite, in_postgres), expected, "{table}");
    }
    for (only, column, ..) in COLUMNS {
        let in_sqlite = sqlite.columns.contains(column);
        let in_postgres = postgres.columns.contains(column);
        let expected = (only == Sqlite, only == Postgres);
        assert_eq!((in_sqlite, in_postgres), expected, "{column}");
    }
}

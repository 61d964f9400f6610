//! What each verb does with which facts: a table a verb, and in each the faults in the order in which they are told.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod facts;
mod game;
mod issue;
mod once;
mod pay;
mod take_back;

use std::collections::BTreeSet;

use economy::Command;
use testkit::model::{Model, REFUSALS};

use facts::{shown, town};

/// One line of a table: what is different in the town, what is asked, and the transfers or the refusal's name.
struct Row {
    change: fn(&mut Model),
    asked: Command,
    expect: &'static str,
}

fn row(asked: impl Into<Command>, expect: &'static str) -> Row {
    when(|_| {}, asked, expect)
}

fn when(change: fn(&mut Model), asked: impl Into<Command>, expect: &'static str) -> Row {
    let asked = asked.into();
    Row {
        change,
        asked,
        expect,
    }
}

fn check(rows: Vec<Row>) {
    for Row {
        change,
        asked,
        expect,
    } in rows
    {
        let mut model = town();
        change(&mut model);
        let answer = economy::decide(&asked, &model, facts::NOW_MS);
        assert_eq!(shown(&answer), expect, "{asked:?}");
    }
}

#[test]
fn every_refusal_is_in_a_table() {
    let tables = [
        issue::rows(),
        pay::rows(),
        once::rows(),
        take_back::rows(),
        game::rows(),
    ];
    let told: BTreeSet<&str> = tables.iter().flatten().map(|row| row.expect).collect();
    let missing: Vec<_> = REFUSALS
        .iter()
        .filter(|name| !told.contains(*name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

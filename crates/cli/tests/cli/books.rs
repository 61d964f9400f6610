use serde_json::{Value, json};

use crate::stage::{Stage, has, succeeds};

/// A ledger with every kind of account, and with people who write reasons that mean something to other programs.
fn busy() -> Stage {
    let stage = Stage::new();
    for (name, decimals) in [
        ("tea", "2"),
        ("7up", "0"),
        ("green_tea_with_a_very_long_name", "9"),
    ] {
        stage.json(&[
            "currency",
            "create",
            name,
            "--new-group",
            "game",
            "--decimals",
            decimals,
        ]);
        stage.json(&[
            "mint",
            "app:ann",
            "100",
            name,
            "--reason",
            "=1+1; \"quoted\" | \\ a,b",
        ]);
        stage.json(&["transfer", "app:ann", "app:bob", "7", name]);
    }
    let key = stage.json(&["key", "create", "test", "--all-scopes"]);
    let key = key["secret"].as_str().unwrap().to_owned();
    let currencies = stage.json(&["currency", "list"]);
    let tea = currencies["currencies"].as_array().unwrap();
    let tea = tea.iter().find(|one| one["name"] == "tea").unwrap()["id"].clone();
    let server = stage.serve(&[]);
    let write = |path: &str, body: Value| {
        let (status, answer) = server.ask("POST", path, &key, &body);
        assert_eq!(status, 201, "{answer}");
    };
    write(
        "/v1/notes",
        json!({"sender": "app:ann", "recipient": "app:bob", "currency": tea, "amount": "1.25"}),
    );
    write(
        "/v1/holds",
        json!({"holder": "app:bob", "currency": tea, "amount": "0.75"}),
    );
    assert!(server.stop().success());
    stage
}

#[test]
fn other_programs_accept_the_books() {
    let stage = busy();
    for (format, file) in [
        ("hledger", "books.journal"),
        ("beancount", "books.beancount"),
        ("csv", "books.csv"),
    ] {
        let ended = stage.run(&["export", "--format", format, "--out", file]);
        assert_eq!(ended.code, 0, "{}", ended.err);
    }
    if has("hledger") {
        succeeds(
            "hledger",
            &["check", "--strict", "-f"],
            &stage.path("books.journal"),
        );
    }
    if has("bean-check") {
        succeeds("bean-check", &[], &stage.path("books.beancount"));
    }
    insta::assert_snapshot!("hledger", stage.redact(&stage.read("books.journal")));
    insta::assert_snapshot!("beancount", stage.redact(&stage.read("books.beancount")));
    let csv = stage.read("books.csv");
    assert!(csv.contains("\"'=1+1; \"\"quoted\"\" | \\ a,b\""), "{csv}");
}

#[test]
fn the_books_end_where_the_ledger_is() {
    let stage = busy();
    let lines = stage.run(&["export", "--format", "jsonl"]).out;
    let mut balances = std::collections::BTreeMap::<(String, String), i128>::new();
    for line in lines.lines() {
        let transaction: Value = serde_json::from_str(line).unwrap();
        for moved in transaction["transfers"].as_array().unwrap() {
            let text = |name: &str| moved[name].as_str().unwrap().to_owned();
            let minor_units: i128 = text("amount").replace('.', "").parse().unwrap();
            *balances
                .entry((text("from"), text("currency_name")))
                .or_default() -= minor_units;
            *balances
                .entry((text("to"), text("currency_name")))
                .or_default() += minor_units;
        }
    }
    let list = stage.json(&["currency", "list"]);
    for currency in list["currencies"].as_array().unwrap() {
        let issued: i128 = currency["issued"]
            .as_str()
            .unwrap()
            .replace('.', "")
            .parse()
            .unwrap();
        let name = currency["name"].as_str().unwrap().to_owned();
        assert_eq!(balances[&("issuance".to_owned(), name.clone())], -issued);
        let sum: i128 = balances
            .iter()
            .filter(|((_, of), _)| *of == name)
            .map(|(_, sum)| sum)
            .sum();
        assert_eq!(sum, 0, "{name}");
    }
}

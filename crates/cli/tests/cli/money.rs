use crate::stage::Stage;

#[test]
fn minting_paying_and_looking() {
    let stage = Stage::new();
    insta::assert_snapshot!(stage.session(&[
        &["mint", "app:ann", "5", "tea"],
        &[
            "currency",
            "create",
            "tea",
            "--new-group",
            "game",
            "--decimals",
            "2"
        ],
        &["currency", "create", "tea", "--new-group", "game"],
        &[
            "mint", "app:ann", "12.5", "tea", "--reason", "a gift", "--key", "k1"
        ],
        &[
            "mint", "app:ann", "12.5", "tea", "--reason", "a gift", "--key", "k1"
        ],
        &["mint", "app:ann", "13", "tea", "--key", "k1"],
        &["mint", "app:ann", "0.001", "tea"],
        &["mint", "ann", "1", "tea"],
        &["mint", "app:ann", "1", "coffee"],
        &[
            "transfer", "app:ann", "app:bob", "2.25", "tea", "--key", "k2"
        ],
        &["transfer", "app:ann", "app:bob", "1000", "tea"],
        &["transfer", "app:ann", "app:ann", "1", "tea"],
        &["burn", "app:bob", "0.25", "tea", "--key", "k3"],
        &["burn", "app:nobody", "0.25", "tea"],
        &["history", "app:ann"],
        &["history", "--limit", "1"],
        &["flows", "--days", "1"],
        &["currency", "list"],
        &["audit"],
    ]));
}

#[test]
fn the_id_of_a_code_site_is_that_of_the_older_systems() {
    let stage = Stage::new();
    let golden = r#"["test\/dathan\/test_CheckBonus.php","CheckBonus","CheckBonus_give()"]"#;
    assert_eq!(
        stage.run(&["origin", "id", golden]).out,
        "17113479085265723743\n"
    );
    insta::assert_snapshot!(stage.session(&[
        &["origin", "id", "[\"a\",\"b\"]"],
        &["origin", "id", "hello"]
    ]));
}

#[test]
fn every_write_says_where_it_came_from() {
    let stage = Stage::new().with_currency("tea", "0");
    stage.json(&["mint", "app:ann", "5", "tea"]);
    let history = stage.json(&["history", "app:ann"]);
    let line = &history["lines"][0];
    assert_eq!(line["entry"], "cli:mint");
    assert_eq!(line["application"], "cli");
    assert_eq!(line["code"], "cli::operator::mint::mint");
}

#[test]
fn keys() {
    let stage = Stage::new().with_currency("tea", "2");
    insta::assert_snapshot!(stage.session(&[
        &[
            "key",
            "create",
            "web",
            "--scope",
            "read",
            "--scope",
            "mint",
            "--currency",
            "tea",
            "--cap",
            "10"
        ],
        &["key", "create", "web", "--scope", "everything"],
        &["key", "create", "two words", "--all-scopes"],
        &["key", "list"],
        &["key", "revoke", "web"],
        &["key", "revoke", "web"],
    ]));
}

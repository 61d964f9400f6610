use crate::stage::Stage;

#[test]
fn users_of_another_bot_get_their_balance_once() {
    let stage = Stage::new();
    stage.write(
        "users.json",
        r#"[{"id": "563437347899965455", "balance": 50}, {"id": "563437347899965456", "balance": 100}, {"id": "7", "balance": 0}]"#,
    );
    stage.write("users.csv", "id,balance\n563437347899965457,5\n");
    stage.write(
        "twice.json",
        r#"[{"id": "8", "balance": 1}, {"id": "8", "balance": 2}]"#,
    );
    stage.write("negative.csv", "id,balance\n9,5\n10,-1\n");
    stage.write(
        "large.json",
        r#"[{"id": "8", "balance": 9223372036854775807}]"#,
    );
    let guild = "81384788765712384";
    insta::assert_snapshot!(stage.session(&[
        &[
            "import",
            "users.json",
            "--guild",
            guild,
            "--currency",
            "coin"
        ],
        &["currency", "create", "coin", "--guild", guild],
        &[
            "import",
            "users.json",
            "--guild",
            guild,
            "--currency",
            "coin"
        ],
        &[
            "import",
            "users.json",
            "--guild",
            guild,
            "--currency",
            "coin"
        ],
        &[
            "import",
            "users.csv",
            "--guild",
            guild,
            "--currency",
            "coin"
        ],
        &[
            "import",
            "twice.json",
            "--guild",
            guild,
            "--currency",
            "coin"
        ],
        &[
            "import",
            "negative.csv",
            "--guild",
            guild,
            "--currency",
            "coin"
        ],
        &[
            "import",
            "large.json",
            "--guild",
            guild,
            "--currency",
            "coin"
        ],
        &["import", "users.json", "--guild", "1", "--currency", "coin"],
        &["import", "users.json", "--currency", "coin"],
        &["currency", "list"],
        &["audit"],
    ]));
}

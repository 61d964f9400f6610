use serde_json::{Value, json};

use crate::stage::Stage;

#[test]
fn a_backup_replaces_nothing_unasked() {
    let stage = Stage::on_sqlite().with_currency("tea", "0");
    stage.json(&["mint", "app:ann", "5", "tea"]);
    insta::assert_snapshot!(stage.session(&[
        &["backup", "create", "copy.db"],
        &["backup", "create", "copy.db"],
        &["backup", "verify", "copy.db"],
        &["backup", "verify", "nowhere.db"],
        &["mint", "app:ann", "1", "tea", "--key", "k"],
        &["backup", "restore", "copy.db"],
        &["backup", "restore", "copy.db", "--force"],
        &["history"],
        &["audit"],
        &["--data-dir", "elsewhere", "backup", "restore", "copy.db"],
    ]));
    stage.write("damaged.db", "SQLite format 3");
    assert_eq!(stage.run(&["backup", "verify", "damaged.db"]).code, 1);
}

#[test]
fn a_server_in_use_is_not_replaced() {
    let stage = Stage::on_sqlite().with_currency("tea", "0");
    stage.json(&["backup", "create", "copy.db"]);
    let _server = stage.serve(&[]);
    let ended = stage.run(&["backup", "restore", "copy.db", "--force"]);
    assert_eq!(ended.code, 4, "{}", ended.err);
}

#[test]
fn redeemed_notes_do_not_come_back_unnoticed() {
    let stage = Stage::on_sqlite().with_currency("tea", "0");
    stage.json(&["mint", "app:ann", "50", "tea"]);
    let key = stage.json(&["key", "create", "test", "--all-scopes"])["secret"].clone();
    let key = key.as_str().unwrap();
    let tea = stage.json(&["currency", "list"])["currencies"][0]["id"].clone();
    let server = stage.serve(&[]);
    let post = |path: &str, body: Value| {
        let (status, answer) = server.ask("POST", path, key, &body);
        assert_eq!(status, 201, "{answer}");
        answer
    };
    let redeemed =
        json!({"sender": "app:ann", "recipient": "app:bob", "currency": tea, "amount": "7"});
    let token = post("/v1/notes", redeemed)["token"].clone();
    post(
        "/v1/notes",
        json!({"sender": "app:ann", "recipient": "app:bob", "currency": tea, "amount": "8"}),
    );
    stage.json(&["backup", "create", "copy.db"]);
    post(
        "/v1/notes/redeem",
        json!({"token": token, "recipient": "app:bob"}),
    );
    assert!(server.stop().success());

    insta::assert_snapshot!(stage.session(&[
        &["backup", "restore", "copy.db", "--force"],
        &[
            "backup",
            "restore",
            "copy.db",
            "--force",
            "--accept-reopened-notes"
        ],
        &["audit"],
    ]));
}

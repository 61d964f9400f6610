use crate::stage::Stage;

#[test]
fn a_second_process_gives_its_orders_through_the_socket() {
    let stage = Stage::on_sqlite();
    let server = stage.serve(&[]);
    insta::assert_snapshot!(
        stage
            .session(&[
                &["currency", "create", "tea", "--new-group", "game"],
                &["mint", "app:ann", "5", "tea", "--key", "k1"],
                &["transfer", "app:ann", "app:bob", "9", "tea"],
                &["history"],
                &["backup", "create", "copy.db"],
                &["backup", "verify", "copy.db"],
                &["export", "--format", "jsonl", "--out", "books.jsonl"],
                &["audit"],
                &["healthcheck", "--admin", &server.admin],
                &[
                    "serve",
                    "--http-listen",
                    "127.0.0.1:0",
                    "--admin-listen",
                    "127.0.0.1:0"
                ],
            ])
            .replace(&format!("process {}", server.pid()), "process [pid]")
            .replace(&server.admin, "[admin]")
    );
    assert!(server.stop().success());
    assert!(!stage.path("scrip-data/scrip.sock").exists());
}

#[test]
fn a_server_that_does_not_answer_is_named() {
    let stage = Stage::on_sqlite();
    let server = stage.serve(&[]);
    std::fs::remove_file(stage.path("scrip-data/scrip.sock")).unwrap();
    let ended = stage.run(&["audit"]);
    assert_eq!(ended.code, 4);
    let pid = server.pid();
    assert_eq!(
        ended.err,
        format!(
            "scrip: The ledger in scrip-data is in use by process {pid}, and it has no admin socket there: it is no server, or one \
             that is just starting or stopping. Try again in a moment, or stop it.\n"
        )
    );
}

#[test]
fn nobody_else_may_open_the_socket() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::on_sqlite();
    let _server = stage.serve(&[]);
    let mode = |name: &str| {
        std::fs::metadata(stage.path(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("scrip-data/scrip.sock"), 0o600);
    assert_eq!(mode("scrip-data"), 0o700);
}

#[test]
fn sigterm_ends_it_in_order_within_ten_seconds() {
    let stage = Stage::new();
    let server = stage.serve(&[]);
    stage.json(&["currency", "create", "tea", "--new-group", "game"]);
    stage.json(&["mint", "app:ann", "5", "tea"]);
    // Somebody keeps a connection open and says nothing.
    let idle = std::net::TcpStream::connect(&server.http).unwrap();
    assert!(server.stop().success());
    drop(idle);
    assert_eq!(stage.json(&["audit"])["transfers"], 1);
}

#[test]
fn a_taken_address_is_told() {
    let stage = Stage::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = stage.run(&[
        "serve",
        "--http-listen",
        &address,
        "--admin-listen",
        "127.0.0.1:0",
    ]);
    assert_eq!(ended.code, 1);
    assert_eq!(
        ended.err,
        format!(
            "scrip: The address {address} cannot be listened on: Address already in use (os error 98). Each server has its own: if another \
             program, or another `scrip serve`, is to keep this one, name another in `http.listen`.\n"
        )
    );
}

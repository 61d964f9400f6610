use crate::stage::Stage;

#[test]
fn mistakes_are_told_with_line_and_suggestion() {
    let stage = Stage::on_sqlite();
    stage.write(
        "scrip.toml",
        "[http]\nlisen = \"127.0.0.1:1\"\nrate_limit = \"many\"\n",
    );
    stage.write(
        "weak.toml",
        "[notes]\nhs256_secret = \"your-256-bit-secret\"\n",
    );
    stage.write(
        "postgres.toml",
        "database = \"postgres://scrip@127.0.0.1:1/scrip\"\n",
    );
    insta::assert_snapshot!(stage.session(&[
        &["config", "check"],
        &["mint", "app:ann", "1", "tea"],
        &["--config", "weak.toml", "config", "check"],
        &["--config", "postgres.toml", "audit"],
        &["--config", "nowhere.toml", "config", "check"],
        &[
            "--set",
            "log.levl=debug",
            "--config",
            "postgres.toml",
            "config",
            "check"
        ],
        &[
            "--set",
            "discord.token=abc",
            "--config",
            "postgres.toml",
            "config",
            "check"
        ],
    ]));
}

#[test]
fn the_written_file_is_right_and_says_what_holds() {
    let stage = Stage::on_sqlite();
    insta::assert_snapshot!(stage.session(&[
        &["config", "init"],
        &["config", "init"],
        &["config", "check"],
        &[
            "--set",
            "log.level=debug",
            "--data-dir",
            "elsewhere",
            "config",
            "show"
        ],
    ]));
    insta::assert_snapshot!("the_written_file", stage.read("scrip.toml"));
}

#[test]
fn secrets_come_from_files_and_stay_hidden() {
    let stage = Stage::on_sqlite();
    let secret = "pBb4R1jv6sXbF5m2Gv0yq8l1t3n7Zk9w";
    stage.write("secret", &format!("{secret}\n"));
    stage.write("scrip.toml", "[notes]\nhs256_secret_file = \"secret\"\n");
    let ended = stage.run(&["config", "show"]);
    assert!(ended.out.contains("(hidden)"), "{}", ended.out);
    assert!(!ended.out.contains(secret), "{}", ended.out);

    let mut command = stage.command();
    command
        .env("SCRIP_NOTES__HS256_SECRET", "changeme")
        .args(["config", "check"]);
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        told,
        "scrip: environment SCRIP_NOTES__HS256_SECRET: `notes.hs256_secret` is not taken: it is one that everybody knows; make a random one\n"
    );
}

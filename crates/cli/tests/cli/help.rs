use crate::stage::Stage;

#[test]
fn every_command_explains_itself() {
    let stage = Stage::on_sqlite();
    let commands: [&[&str]; 39] = [
        &[],
        &["serve"],
        &["demo"],
        &["config"],
        &["config", "init"],
        &["config", "check"],
        &["config", "show"],
        &["doctor"],
        &["audit"],
        &["flows"],
        &["history"],
        &["mint"],
        &["burn"],
        &["transfer"],
        &["currency"],
        &["currency", "create"],
        &["currency", "list"],
        &["key"],
        &["key", "create"],
        &["key", "list"],
        &["key", "revoke"],
        &["backup"],
        &["backup", "create"],
        &["backup", "verify"],
        &["backup", "restore"],
        &["import"],
        &["export"],
        &["origin", "id"],
        &["healthcheck"],
        &["ton"],
        &["ton", "init"],
        &["ton", "status"],
        &["ton", "rewards"],
        &["ton", "rewards", "refuse"],
        &["ton", "deposits"],
        &["ton", "deposits", "refund"],
        &["ton", "deposits", "assign"],
        &["ton", "stars", "refund"],
        &["ton", "sandbox"],
    ];
    let seen: Vec<String> = commands
        .iter()
        .map(|command| {
            let ended = stage.run(&[command, &["--help"][..]].concat());
            assert_eq!(ended.code, 0, "{command:?}");
            format!("$ scrip {} --help\n{}", command.join(" "), ended.out)
        })
        .collect();
    insta::assert_snapshot!(seen.join("\n"));
}

#[test]
fn completions_and_man_pages() {
    let stage = Stage::on_sqlite();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(
            stage
                .run(&["completions", shell])
                .out
                .contains("healthcheck"),
            "{shell}"
        );
    }
    assert!(stage.run(&["man"]).out.contains(".TH scrip 1"));
    assert_eq!(stage.run(&["man", "--out", "pages"]).code, 0);
    assert!(
        stage
            .read("pages/scrip-backup-restore.1")
            .contains("accept")
    );
}

#[test]
fn wrong_usage_has_its_own_exit_code() {
    let stage = Stage::on_sqlite();
    assert_eq!(stage.run(&["mint"]).code, 2);
    assert_eq!(stage.run(&["mnt"]).code, 2);
}

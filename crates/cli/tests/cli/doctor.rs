use crate::stage::Stage;

/// Of each check its verdict and name.
fn verdicts(stage: &Stage, args: &[&str]) -> (i32, Vec<(String, String)>) {
    let ended = stage.run(&[&["--json", "doctor"], args].concat());
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let checks = report["checks"].as_array().unwrap().iter();
    let found = checks.map(|check| (text(&check["name"]), text(&check["verdict"])));
    (ended.code, found.collect())
}

fn verdict_of<'a>(found: &'a [(String, String)], name: &str) -> &'a str {
    found
        .iter()
        .find(|(known, _)| known == name)
        .map_or("missing", |(_, verdict)| verdict)
}

#[test]
fn a_sound_installation() {
    let stage = Stage::new().with_currency("tea", "0");
    stage.json(&["mint", "app:ann", "5", "tea"]);
    stage.json(&["backup", "create"]);
    let (code, found) = verdicts(&stage, &[]);
    assert_eq!(code, 0, "{found:?}");
    for name in ["clock", "database", "supply", "queue", "backup"] {
        assert_eq!(verdict_of(&found, name), "ok", "{name}: {found:?}");
    }
}

#[test]
fn what_is_broken_is_named() {
    let stage = Stage::on_sqlite().with_currency("tea", "0");
    stage.write("scrip-data/scrip.db", "this was a ledger once");
    let (code, found) = verdicts(&stage, &[]);
    assert_eq!(code, 1, "{found:?}");
    assert_eq!(verdict_of(&found, "database"), "fail");

    stage.write("file", "");
    let (code, found) = verdicts(&stage, &["--data-dir", "file/inside"]);
    assert_eq!(code, 1, "{found:?}");
}

#[test]
fn without_a_backup_it_warns() {
    let stage = Stage::new().with_currency("tea", "0");
    stage.json(&["mint", "app:ann", "5", "tea"]);
    let (code, found) = verdicts(&stage, &[]);
    assert_eq!((code, verdict_of(&found, "backup")), (0, "warn"));
}

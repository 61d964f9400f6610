use crate::stage::{Stage, has, succeeds};

#[test]
fn a_demonstration_has_sound_books() {
    let stage = Stage::on_sqlite();
    let demo = |folder: &str| {
        stage.run(&[
            "--data-dir",
            folder,
            "demo",
            "--seed",
            "3",
            "--for",
            "4",
            "--http-listen",
            "127.0.0.1:0",
        ])
    };
    let ended = demo("one");
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let first = ended.out.lines().next().unwrap().to_owned();
    assert!(
        first.starts_with("90 days of history up to this minute, from seed 3: "),
        "{first}"
    );
    assert!(
        ended.out.contains("curl -H 'Authorization: Bearer scrip_"),
        "{}",
        ended.out
    );

    let again = demo("one");
    assert_eq!(again.code, 2, "it makes its own ledger: {}", again.err);

    let audit = stage.json(&["--data-dir", "one", "audit"]);
    assert_eq!(audit["clean"], true, "{audit}");
    assert!(audit["transfers"].as_u64().unwrap() > 2_000, "{audit}");
    let flows = stage.json(&["--data-dir", "one", "flows", "--days", "100"]);
    assert!(flows["lines"].as_array().unwrap().len() > 10, "{flows}");

    for (format, file) in [("hledger", "demo.journal"), ("beancount", "demo.beancount")] {
        let ended = stage.run(&[
            "--data-dir",
            "one",
            "export",
            "--format",
            format,
            "--out",
            file,
        ]);
        assert_eq!(ended.code, 0, "{}", ended.err);
    }
    if has("hledger") {
        succeeds(
            "hledger",
            &["check", "--strict", "-f"],
            &stage.path("demo.journal"),
        );
    }
    if has("bean-check") {
        succeeds("bean-check", &[], &stage.path("demo.beancount"));
    }
}

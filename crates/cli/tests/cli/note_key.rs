//! The keys that sign bank notes.

use crate::stage::Stage;

#[test]
fn note_keys_rotate_while_the_server_runs() {
    let stage = Stage::new();
    let none = stage.run(&["note-key", "list"]);
    assert_ne!(none.code, 0, "there is no ledger yet");
    let server = stage.serve(&[]);
    let first = stage.json(&["note-key", "list"]);
    assert_eq!(first["keys"].as_array().map(Vec::len), Some(1));
    assert_eq!(first["keys"][0]["algorithm"], "EdDSA");
    let rotated = stage.json(&["note-key", "rotate"]);
    let both = stage.json(&["note-key", "list"]);
    assert_eq!(both["keys"][0], first["keys"][0]);
    assert_eq!(both["keys"][1], rotated);
    assert!(server.stop().success());
    // The next start signs as before: nothing was configured otherwise.
    let server = stage.serve(&[]);
    assert_eq!(stage.json(&["note-key", "list"]), both);
    let shown = stage.run(&["note-key", "list"]).out;
    assert!(shown.contains("SIGNS FROM (UTC)"), "{shown}");
    assert!(server.stop().success());
}

#[test]
fn a_configured_secret_is_rotated_in_the_configuration() {
    let stage = Stage::new();
    let secret = "a secret of more than thirty-two bytes, for tests";
    let with = format!("notes.hs256_secret_file={}", stage.path("secret").display());
    stage.write("secret", secret);
    let server = stage.serve(&["--set", &with]);
    let keys = stage.json(&["note-key", "list"]);
    assert_eq!(keys["keys"][1]["algorithm"], "HS256");
    let refused = stage.run(&["note-key", "rotate"]);
    assert!(
        refused.err.contains("`notes.hs256_secret`"),
        "{}",
        refused.err
    );
    assert!(server.stop().success());
    // Without the secret Ed25519 signs again.
    let server = stage.serve(&[]);
    let keys = stage.json(&["note-key", "list"]);
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(3));
    assert_eq!(keys["keys"][2]["algorithm"], "EdDSA");
    assert!(server.stop().success());
}

//! Fifty rounds of the crash harness against the real program, with the ledger in its SQLite file.

use std::process::Command;

#[test]
fn what_was_acknowledged_survives_fifty_kills() {
    let harness = Command::new(env!("CARGO_BIN_EXE_scrip-crash"))
        .args(["--rounds", "50", "--load-ms", "400", "--clients", "8"])
        .args(["--program", env!("CARGO_BIN_EXE_scrip")])
        .output()
        .expect("the harness starts");
    let told = String::from_utf8_lossy(&harness.stdout);
    let wrong = String::from_utf8_lossy(&harness.stderr);
    assert!(harness.status.success(), "{told}{wrong}");
    assert!(told.contains("50 rounds without a violation"), "{told}");
}

use std::process::{Command, ExitCode};

use anyhow::bail;

use crate::cargo::{answers, cargo, has_subcommand, shown, succeeds};
use crate::game;

/// Programs that only some tests use, to check our exports against; each with its Debian package.
const OPTIONAL: [(&str, &str); 3] = [
    ("hledger", "hledger"),
    ("bean-check", "beancount"),
    ("sqlite3", "sqlite3"),
];

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    component("fmt", "rustfmt")?;
    component("clippy", "clippy")?;
    nextest()?;
    println!("cargo-nextest: here");
    let has_compiler = compiler();
    let has_node = node();
    server();
    optional_tools();
    Ok(if has_compiler && has_node {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Installs the test runner if it is not there.
pub(crate) fn nextest() -> anyhow::Result<()> {
    if has_subcommand("nextest") {
        return Ok(());
    }
    println!(
        "cargo-nextest, which runs the tests, is not here. It is compiled now, once: some minutes."
    );
    install(cargo().args(["install", "cargo-nextest", "--locked"]))
}

fn component(subcommand: &str, component: &str) -> anyhow::Result<()> {
    if has_subcommand(subcommand) {
        println!("{component}: here");
        return Ok(());
    }
    println!("{component} is not here. rustup adds it now.");
    install(Command::new("rustup").args(["component", "add", component]))
}

fn install(command: &mut Command) -> anyhow::Result<()> {
    println!("$ {}", shown(command));
    if !succeeds(command)? {
        bail!("{} failed", shown(command));
    }
    Ok(())
}

/// SQLite and the cryptography of TLS are compiled from C.
fn compiler() -> bool {
    let name = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let found = answers(Command::new(&name).arg("--version"));
    if found {
        println!("C compiler: here ({name})");
    } else {
        println!("C compiler: missing ({name}). On Debian: apt install gcc libc6-dev");
    }
    found
}

/// The game is built with it.
fn node() -> bool {
    match game::node() {
        Ok(version) => {
            println!("Node.js: here ({version})");
            true
        }
        Err(missing) => {
            println!("Node.js: missing. {missing}");
            false
        }
    }
}

/// Debian keeps the server itself out of PATH, and what starts it in.
fn server() {
    let found = ["pg_ctlcluster", "postgres"];
    if found
        .iter()
        .any(|program| answers(Command::new(program).arg("--version")))
    {
        println!("postgresql: here");
    } else {
        println!(
            "postgresql: not here; tests need its server, 15 or later. On Debian: apt install postgresql"
        );
    }
}

fn optional_tools() {
    for (program, package) in OPTIONAL {
        if answers(Command::new(program).arg("--version")) {
            println!("{program}: here");
        } else {
            println!(
                "{program}: not here; only some tests use it. On Debian: apt install {package}"
            );
        }
    }
    if has_subcommand("deny") {
        println!("cargo-deny: here");
    } else {
        println!(
            "cargo-deny: not here; `cargo xtask test` skips licences. cargo install cargo-deny --locked"
        );
    }
}

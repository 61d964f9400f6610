use std::io::{BufRead as _, BufReader};
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context as _;

use crate::cargo::{cargo, has_subcommand, root, succeeds, target_folder};
use crate::counted::{self, count_result_line};
use crate::postgres::{SERVER, Server};
use crate::report::{Count, Outcome, Report};
use crate::{doctests, game, setup};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Goes on to `cargo nextest run`, as a part of a test's name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    setup::nextest()?;
    let mut report = Report::default();
    let everything = args.passed.is_empty();
    let passed = report.step("npm: the game", built_game)
        && (!everything || report.step("the game's checks", game_checks))
        && (!everything || report.step("the game's tests", || game_tests("test")))
        && report.step("cargo fmt --all --check", format)
        && report.step("cargo clippy", lints)
        && report.step("cargo deny check", licences)
        && suites(&mut report, &args.passed)
        && (!everything || report.step("the game in a browser", || game_tests("e2e")))
        && report.step("cargo test --doc", examples)
        && report.step("cargo doc", documentation);
    report.print();
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// First, because the program is compiled with it.
fn built_game() -> anyhow::Result<Outcome> {
    game::install()?;
    game::build()?;
    Ok(Outcome::Passed)
}

fn game_checks() -> anyhow::Result<Outcome> {
    check(&mut game::npm(&["run", "check"]))
}

/// With a script of `game/package.json` that runs Vitest. Those in a browser start the program that the tests before them have built.
fn game_tests(script: &str) -> anyhow::Result<Outcome> {
    let target = target_folder()?;
    let junit = target.join("game").join(format!("{script}.xml"));
    counted::remove_if_there(&junit)?;
    let mut command = game::npm(&[
        "run",
        script,
        "--",
        "--reporter=default",
        "--reporter=junit",
    ]);
    command.arg(format!("--outputFile.junit={}", junit.display()));
    let program = format!("scrip{}", std::env::consts::EXE_SUFFIX);
    command.env("SCRIP_BIN", target.join("debug").join(program));
    Ok(counted::outcome(succeeds(&mut command)?, &junit))
}

fn format() -> anyhow::Result<Outcome> {
    check(cargo().args(["fmt", "--all", "--check"]))
}

fn lints() -> anyhow::Result<Outcome> {
    check(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn licences() -> anyhow::Result<Outcome> {
    if has_subcommand("deny") {
        check(cargo().args(["deny", "check"]))
    } else {
        Ok(Outcome::Skipped(
            "Skipped: cargo-deny is not installed. It checks licences and known holes: cargo install cargo-deny --locked",
        ))
    }
}

/// Chooses the store of the fronts' tests; without it they run on SQLite.
const STORE: &str = "SCRIP_TEST_STORE";

/// What one call of the test runner runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Suite {
    All,
    /// What its profile in `.config/nextest.toml` names, which else runs on SQLite.
    FrontsOnPostgres,
}

/// Over one server. The first call builds what the second runs.
fn suites(report: &mut Report, passed_on: &[String]) -> bool {
    let mut started = None;
    report.step("PostgreSQL for the tests", || {
        started = Some(Server::start()?);
        Ok(Outcome::Passed)
    });
    let Some(server) = started else {
        return false;
    };
    let mut run = |name, suite| report.step(name, || tests(suite, &server, passed_on));
    run("cargo nextest run", Suite::All)
        && run("cargo nextest run, on PostgreSQL", Suite::FrontsOnPostgres)
}

fn tests(suite: Suite, server: &Server, passed_on: &[String]) -> anyhow::Result<Outcome> {
    let profile = match std::env::var_os("CI") {
        _ if suite == Suite::FrontsOnPostgres => "postgres",
        Some(ci) if !ci.is_empty() => "ci",
        _ => "default",
    };
    let junit = target_folder()?
        .join("nextest")
        .join(profile)
        .join("junit.xml");
    counted::remove_if_there(&junit)?;
    let mut command = cargo();
    command.args(["nextest", "run", "--workspace", "--profile", profile]);
    command.env(SERVER, &server.url);
    match suite {
        Suite::All => command.env_remove(STORE),
        // What was passed on may be the name of another test.
        Suite::FrontsOnPostgres if passed_on.is_empty() => command.env(STORE, "postgres"),
        Suite::FrontsOnPostgres => command.env(STORE, "postgres").args(["--no-tests", "pass"]),
    };
    Ok(counted::outcome(succeeds(command.args(passed_on))?, &junit))
}

fn examples() -> anyhow::Result<Outcome> {
    if !doctests::any_in(&root()).context("cannot search for examples")? {
        return Ok(Outcome::Skipped(
            "Skipped: the documentation has no examples to run.",
        ));
    }
    let mut child = cargo()
        .args(["test", "--doc", "--workspace"])
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run cargo test --doc")?;
    let stdout = child.stdout.take().expect("it is piped");
    let mut sum = Count::default();
    for line in BufReader::new(stdout).lines() {
        let line = line.context("cannot read what cargo test --doc says")?;
        sum = sum + count_result_line(&line).unwrap_or_default();
        println!("{line}");
    }
    let status = child.wait().context("cannot wait for cargo test --doc")?;
    Ok(if status.success() || sum.failed > 0 {
        Outcome::Tests(sum)
    } else {
        Outcome::Failed
    })
}

fn documentation() -> anyhow::Result<Outcome> {
    check(
        cargo()
            .args(["doc", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn check(command: &mut Command) -> anyhow::Result<Outcome> {
    Ok(if succeeds(command)? {
        Outcome::Passed
    } else {
        Outcome::Failed
    })
}

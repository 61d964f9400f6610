use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context as _;

use crate::cargo::{cargo, has_subcommand, root, succeeds, target_folder};
use crate::postgres::{SERVER, Server};
use crate::report::{Count, Outcome, Report};
use crate::{doctests, setup};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Goes on to `cargo nextest run`, as a part of a test's name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    setup::nextest()?;
    let mut report = Report::default();
    let passed = report.step("cargo fmt --all --check", format)
        && report.step("cargo clippy", lints)
        && report.step("cargo deny check", licences)
        && suites(&mut report, &args.passed)
        && report.step("cargo test --doc", examples)
        && report.step("cargo doc", documentation);
    report.print();
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
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
    remove_if_there(&junit)?;
    let mut command = cargo();
    command.args(["nextest", "run", "--workspace", "--profile", profile]);
    command.env(SERVER, &server.url);
    match suite {
        Suite::All => command.env_remove(STORE),
        // What was passed on may be the name of another test.
        Suite::FrontsOnPostgres if passed_on.is_empty() => command.env(STORE, "postgres"),
        Suite::FrontsOnPostgres => command.env(STORE, "postgres").args(["--no-tests", "pass"]),
    };
    let succeeded = succeeds(command.args(passed_on))?;
    let counted = fs::read_to_string(&junit)
        .ok()
        .and_then(|xml| count_junit(&xml));
    Ok(match (succeeded, counted) {
        (true, Some(count)) => Outcome::Tests(count),
        (false, Some(count)) if count.failed > 0 => Outcome::Tests(count),
        (true, None) => Outcome::Passed,
        // It did not compile, or the runner itself gave up.
        (false, _) => Outcome::Failed,
    })
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

fn remove_if_there(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// From the first element of nextest's report: `<testsuites name="…" tests="20" failures="1" errors="0" …>`.
fn count_junit(xml: &str) -> Option<Count> {
    let (_, rest) = xml.split_once("<testsuites ")?;
    let (attributes, _) = rest.split_once('>')?;
    let number = |name: &str| -> Option<u64> {
        let (_, rest) = attributes.split_once(&format!("{name}=\""))?;
        rest.split('"').next()?.parse().ok()
    };
    let failed = number("failures")? + number("errors")?;
    Some(Count {
        passed: number("tests")?.checked_sub(failed)?,
        failed,
    })
}

/// From `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
fn count_result_line(line: &str) -> Option<Count> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let mut numbers = counts
        .split("; ")
        .map(|part| part.split(' ').next()?.parse().ok());
    Some(Count {
        passed: numbers.next()??,
        failed: numbers.next()??,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_of_the_runners_are_counted() {
        let count = |passed, failed| Some(Count { passed, failed });
        let junit = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="20" failures="1" errors="2" uuid="7" time="0.1">
    <testsuite name="sites" tests="15" disabled="0" errors="0" failures="0">"#;
        assert_eq!(count_junit(junit), count(17, 3));
        assert_eq!(count_junit(""), None);

        let line = "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!(count_result_line(line), count(3, 1));
        assert_eq!(count_result_line("test a ... ok"), None);
    }
}

//! What `cargo xtask test` prints between and after its steps.

use std::fmt;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// Not run; the text says why and what would change that.
    Skipped(&'static str),
    Tests(Count),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<(String, Outcome, Duration)>,
}

impl Report {
    /// Runs a step under a heading. False if it failed.
    pub(crate) fn step(
        &mut self,
        name: &str,
        run: impl FnOnce() -> anyhow::Result<Outcome>,
    ) -> bool {
        heading(name);
        let start = now();
        let outcome = run().unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Outcome::Failed
        });
        if let Outcome::Skipped(why) = &outcome {
            println!("{why}");
        }
        let goes_on = !outcome.failed();
        self.steps.push((name.to_owned(), outcome, start.elapsed()));
        goes_on
    }

    /// Prints all steps, and as the last line how many tests passed and failed.
    pub(crate) fn print(&self) {
        heading("total");
        for (name, outcome, took) in &self.steps {
            println!("{name:<34} {:>6.1} s  {outcome}", took.as_secs_f64());
        }
        println!("{}", self.count());
    }

    /// Of tests. A failed step without tests counts as one.
    fn count(&self) -> Count {
        self.steps
            .iter()
            .fold(Count::default(), |sum, (_, outcome, _)| match outcome {
                Outcome::Passed | Outcome::Skipped(_) => sum,
                Outcome::Failed => {
                    sum + Count {
                        passed: 0,
                        failed: 1,
                    }
                }
                Outcome::Tests(count) => sum + *count,
            })
    }
}

impl Outcome {
    fn failed(&self) -> bool {
        match self {
            Self::Passed | Self::Skipped(_) => false,
            Self::Failed => true,
            Self::Tests(count) => count.failed > 0,
        }
    }
}

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Failed => f.write_str("failed"),
            Self::Skipped(_) => f.write_str("skipped"),
            Self::Tests(count) => count.fmt(f),
        }
    }
}

fn heading(text: &str) {
    if std::io::stdout().is_terminal() {
        println!("\n\x1b[1m== {text}\x1b[0m");
    } else {
        println!("\n== {text}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it only tells people how long a step took"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_tests_and_failed_checks() {
        let check = |outcomes: &[Outcome], last_line: &str, goes_on: bool| {
            let mut report = Report::default();
            let last = outcomes
                .iter()
                .cloned()
                .fold(true, |_, outcome| report.step("a step", || Ok(outcome)));
            assert_eq!(report.count().to_string(), last_line);
            assert_eq!(last, goes_on);
        };
        let tests = |passed, failed| Outcome::Tests(Count { passed, failed });
        check(
            &[Outcome::Passed, Outcome::Skipped("no tool")],
            "0 passed, 0 failed",
            true,
        );
        check(
            &[Outcome::Passed, Outcome::Failed],
            "0 passed, 1 failed",
            false,
        );
        check(
            &[Outcome::Passed, tests(214, 0), tests(3, 0)],
            "217 passed, 0 failed",
            true,
        );
        check(&[tests(213, 1)], "213 passed, 1 failed", false);
        check(
            &[tests(214, 0), Outcome::Failed],
            "214 passed, 1 failed",
            false,
        );
    }

    #[test]
    fn a_step_that_cannot_run_has_failed() {
        let mut report = Report::default();
        assert!(!report.step("a step", || anyhow::bail!("no such program")));
        assert_eq!(report.count().to_string(), "0 passed, 1 failed");
    }
}

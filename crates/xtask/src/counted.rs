//! How many tests of a runner passed and failed, from what it leaves or prints.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::report::{Count, Outcome};

/// Of a runner that leaves a report in JUnit's format. A failure without a failed test is one all the same: it did not compile, or the
/// runner itself gave up.
pub(crate) fn outcome(succeeded: bool, junit: &Path) -> Outcome {
    let xml = fs::read_to_string(junit).ok();
    let counted = xml.and_then(|xml| count_junit(&xml));
    match (succeeded, counted) {
        (true, Some(count)) => Outcome::Tests(count),
        (false, Some(count)) if count.failed > 0 => Outcome::Tests(count),
        (true, None) => Outcome::Passed,
        (false, _) => Outcome::Failed,
    }
}

/// Of an earlier run.
pub(crate) fn remove_if_there(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// From the first element of the report: `<testsuites name="…" tests="20" failures="1" errors="0" …>`.
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

/// From `test result: ok. 3 passed; 0 failed; 0 ignored; …`, as `cargo test` prints it.
pub(crate) fn count_result_line(line: &str) -> Option<Count> {
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
        let nextest = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="20" failures="1" errors="2" uuid="7" time="0.1">
    <testsuite name="sites" tests="15" disabled="0" errors="0" failures="0">"#;
        assert_eq!(count_junit(nextest), count(17, 3));
        let vitest = r#"<?xml version="1.0" encoding="UTF-8" ?>
<testsuites name="vitest tests" tests="12" failures="1" errors="0" time="0.5">"#;
        assert_eq!(count_junit(vitest), count(11, 1));
        assert_eq!(count_junit(""), None);

        let line = "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!(count_result_line(line), count(3, 1));
        assert_eq!(count_result_line("test a ... ok"), None);
    }
}

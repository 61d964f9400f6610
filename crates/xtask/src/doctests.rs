//! Whether there are examples in the documentation that rustdoc would run.
//!
//! Asking rustdoc takes seconds for each crate, also where there are none.

use std::fs;
use std::io;
use std::path::Path;

/// Searches the crates' sources and their READMEs, which are the front pages of their documentation.
pub(crate) fn any_in(root: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(root.join("crates"))? {
        let folder = entry?.path();
        if in_file(&folder.join("README.md"))? || in_folder(&folder.join("src"))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn in_folder(folder: &Path) -> io::Result<bool> {
    if !folder.is_dir() {
        return Ok(false);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            in_folder(&path)?
        } else {
            in_file(&path)?
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn in_file(path: &Path) -> io::Result<bool> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let documentation: fn(&str) -> Option<&str> = match extension {
        Some("rs") => doc_comment,
        Some("md") => |line| Some(line),
        _ => return Ok(false),
    };
    match fs::read_to_string(path) {
        Ok(text) => Ok(runs_something(text.lines().filter_map(documentation))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn doc_comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("///")
        .or_else(|| line.strip_prefix("//!"))
}

/// Whether a fenced block of the Markdown is Rust that is compiled, by rustdoc's rules.
fn runs_something<'a>(markdown: impl Iterator<Item = &'a str>) -> bool {
    let mut within_block = false;
    for line in markdown {
        let Some(language) = line.trim().strip_prefix("```") else {
            continue;
        };
        if !within_block && is_run(language) {
            return true;
        }
        within_block = !within_block;
    }
    false
}

/// Source: <https://doc.rust-lang.org/rustdoc/write-documentation/documentation-tests.html#attributes>
fn is_run(language: &str) -> bool {
    const RUN: [&str; 7] = [
        "",
        "rust",
        "should_panic",
        "no_run",
        "compile_fail",
        "test_harness",
        "standalone_crate",
    ];
    language
        .split([',', ' '])
        .all(|word| RUN.contains(&word) || word.starts_with("edition"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rust_examples_are_run() {
        let check = |source: &str, expect: bool| {
            let found = runs_something(source.lines().filter_map(doc_comment));
            assert_eq!(found, expect, "{source}");
        };
        check("/// Pays.\nfn pay() {}", false);
        check("    /// ```\n    /// pay();\n    /// ```", true);
        check("//! ```rust,no_run\n//! ```", true);
        check("/// ```compile_fail\n/// ```", true);
        check("/// ```text\n/// ```", false);
        check("/// ```text\n/// ```\n/// ```\n/// ```", true);
        check("/// ```ignore\n/// ```", false);
        check("/// ```json\n/// {}\n/// ```\nlet a = \"```\";", false);
    }
}

//! What the running program needs: the shape of the table, and the search. No dependencies.

/// The named functions of one source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileSites {
    /// From the workspace's root, with forward slashes: `crates/discord/src/lib.rs`. The table is sorted by it.
    pub file: &'static str,
    /// Sorted by `start`. Two spans are either apart or one lies within the other, the outer one first.
    pub spans: &'static [SiteSpan],
}

/// Where a named function stands. Positions are (line, column), both counted from one, columns in characters, as in
/// [`std::panic::Location`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteSpan {
    /// The function's first character, its attributes included.
    pub start: (u32, u32),
    /// The position after its last character.
    pub end: (u32, u32),
    /// `crate::module::Type`
    pub class: &'static str,
    /// The function's name.
    pub function: &'static str,
}

/// The innermost function that contains the position, or `None` for a file or a place that the table does not know.
///
/// `file` may be what rustc prints on any system: from the workspace's root, absolute, or with backslashes.
pub fn lookup<'t>(
    table: &'t [FileSites],
    file: &str,
    line: u32,
    column: u32,
) -> Option<&'t SiteSpan> {
    innermost(spans_of(table, file)?, (line, column))
}

/// Searches for the whole path, then for the path without its first folder, and so on.
fn spans_of<'t>(table: &'t [FileSites], file: &str) -> Option<&'t [SiteSpan]> {
    let mut rest = file;
    loop {
        if let Ok(found) = table.binary_search_by(|known| compare_paths(known.file, rest)) {
            return table.get(found).map(|file| file.spans);
        }
        (_, rest) = rest.split_once(['/', '\\'])?;
    }
}

fn compare_paths(known: &str, asked: &str) -> std::cmp::Ordering {
    let asked = asked
        .bytes()
        .map(|byte| if byte == b'\\' { b'/' } else { byte });
    known.bytes().cmp(asked)
}

/// Spans nest, so of all that begin before the position and end after it the last to begin is the innermost.
fn innermost(spans: &[SiteSpan], position: (u32, u32)) -> Option<&SiteSpan> {
    let begun = spans.partition_point(|span| span.start <= position);
    spans
        .iter()
        .take(begun)
        .rev()
        .find(|span| position < span.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn span(start: (u32, u32), end: (u32, u32), function: &'static str) -> SiteSpan {
        SiteSpan {
            start,
            end,
            class: "c",
            function,
        }
    }

    static TABLE: &[FileSites] = &[
        FileSites {
            file: "crates/a/src/lib.rs",
            spans: &[
                span((2, 1), (9, 2), "outer"),
                span((3, 5), (3, 20), "first"),
                span((3, 21), (3, 40), "second"),
                span((11, 1), (12, 2), "last"),
            ],
        },
        FileSites {
            file: "crates/a/src/sub/mod.rs",
            spans: &[span((1, 1), (2, 1), "sub")],
        },
    ];

    #[track_caller]
    fn check(file: &str, (line, column): (u32, u32), expect: Option<&str>) {
        let found = lookup(TABLE, file, line, column).map(|span| span.function);
        assert_eq!(found, expect, "{file}:{line}:{column}");
    }

    #[test]
    fn the_innermost_span_wins_and_ends_are_outside() {
        let file = "crates/a/src/lib.rs";
        check(file, (1, 99), None);
        check(file, (2, 1), Some("outer"));
        check(file, (3, 4), Some("outer"));
        check(file, (3, 5), Some("first"));
        check(file, (3, 19), Some("first"));
        check(file, (3, 20), Some("outer"));
        check(file, (3, 21), Some("second"));
        check(file, (8, 1), Some("outer"));
        check(file, (9, 2), None);
        check(file, (10, 1), None);
        check(file, (11, 7), Some("last"));
        check(file, (u32::MAX, 1), None);
    }

    #[test]
    fn paths_of_every_system_find_the_file() {
        for file in [
            "crates/a/src/sub/mod.rs",
            "/home/me/scrip/crates/a/src/sub/mod.rs",
            "./crates/a/src/sub/mod.rs",
            r"crates\a\src\sub\mod.rs",
            r"C:\work\scrip\crates\a\src\sub\mod.rs",
            "crates/outer/crates/a/src/sub/mod.rs",
        ] {
            check(file, (1, 1), Some("sub"));
        }
        for file in [
            "",
            "/",
            "mod.rs",
            "src/sub/mod.rs",
            "xcrates/a/src/sub/mod.rs",
        ] {
            check(file, (1, 1), None);
        }
    }
}

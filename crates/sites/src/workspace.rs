use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use crate::module_path::module_of;
use crate::names::{FileNames, Site, names_in};

/// The folder that holds `crates/`.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
}

/// Every named function of a workspace, ready to be written as Rust source.
#[derive(Debug, Default)]
pub struct Table {
    files: BTreeMap<String, Vec<Site>>,
    /// Files and folders whose change makes the table stale.
    watched: Vec<PathBuf>,
}

/// Why a table could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SitesError {
    #[error("cannot read {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// `line` and `column` count from one.
    #[error("{file}:{line}:{column} is not Rust that can be parsed")]
    Parse {
        file: String,
        line: usize,
        column: usize,
        #[source]
        source: syn::Error,
    },
}

impl Workspace {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Parses all of `crates/*/src/**/*.rs`. The same sources give the same table on every machine.
    ///
    /// # Errors
    ///
    /// A file or folder that cannot be read, or a file that is not Rust.
    pub fn read(&self) -> Result<Table, SitesError> {
        let crates = self.root.join("crates");
        let mut read = Reading::default();
        for folder in sorted_entries(&crates)? {
            let src = folder.join("src");
            if src.is_dir() {
                let name = file_name(&folder);
                read.folder(&name, &src, &src)?;
            }
        }
        let lockfile = self.root.join("Cargo.lock");
        if lockfile.is_file() {
            // A new crate shows there, and would not by a change in a folder that is known already.
            read.watched.push(lockfile);
        }
        Ok(read.into_table())
    }
}

impl Table {
    /// Source of `pub static SITES: &[FileSites]`. `types` is the path of the module with `FileSites` and `SiteSpan`, as
    /// seen from where the source will be included: `app::origin`.
    pub fn rust_source(&self, types: &str) -> String {
        let mut out = format!("pub static SITES: &[{types}::FileSites] = &[\n");
        for (file, sites) in &self.files {
            write_file(&mut out, types, file, sites).expect("a String takes all that is written");
        }
        out.push_str("];\n");
        out
    }

    /// Lines for a build script to print: `cargo:rerun-if-changed=…` for every file and folder that was read.
    pub fn rerun_lines(&self) -> String {
        self.watched
            .iter()
            .map(|path| format!("cargo:rerun-if-changed={}\n", path.display()))
            .collect()
    }
}

fn write_file(out: &mut String, types: &str, file: &str, sites: &[Site]) -> std::fmt::Result {
    writeln!(out, "    {types}::FileSites {{ file: {file:?}, spans: &[")?;
    for Site {
        start,
        end,
        class,
        function,
    } in sites
    {
        writeln!(
            out,
            "        {types}::SiteSpan {{ start: {start:?}, end: {end:?}, class: {class:?}, function: {function:?} }},"
        )?;
    }
    writeln!(out, "    ] }},")
}

#[derive(Default)]
struct Reading {
    files: Vec<ReadFile>,
    watched: Vec<PathBuf>,
}

struct ReadFile {
    /// From the workspace's root.
    file: String,
    module: Vec<String>,
    names: FileNames,
}

impl Reading {
    fn folder(&mut self, crate_folder: &str, src: &Path, folder: &Path) -> Result<(), SitesError> {
        self.watched.push(folder.to_owned());
        for path in sorted_entries(folder)? {
            if path.is_dir() {
                self.folder(crate_folder, src, &path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                self.file(crate_folder, src, &path)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, crate_folder: &str, src: &Path, path: &Path) -> Result<(), SitesError> {
        self.watched.push(path.to_owned());
        let source = std::fs::read_to_string(path).map_err(|source| SitesError::Read {
            path: path.to_owned(),
            source,
        })?;
        let within_src = path.strip_prefix(src).expect("the walk began at src");
        self.source(crate_folder, within_src, &source)
    }

    fn source(
        &mut self,
        crate_folder: &str,
        within_src: &Path,
        source: &str,
    ) -> Result<(), SitesError> {
        let file = table_path(crate_folder, within_src);
        let parsed = syn::parse_file(source).map_err(|error| {
            let at = error.span().start();
            SitesError::Parse {
                file: file.clone(),
                line: at.line,
                column: at.column + 1,
                source: error,
            }
        })?;
        let module = module_of(crate_folder, within_src);
        self.files.push(ReadFile {
            file,
            names: names_in(&parsed, module.clone()),
            module,
        });
        Ok(())
    }

    /// Files of modules that only tests compile are left out, and so are files without functions.
    fn into_table(self) -> Table {
        let test_modules: Vec<&[String]> = self
            .files
            .iter()
            .flat_map(|read| read.names.test_modules.iter().map(Vec::as_slice))
            .collect();
        let files = self
            .files
            .iter()
            .filter(|read| {
                !test_modules
                    .iter()
                    .any(|tests| read.module.starts_with(tests))
            })
            .filter(|read| !read.names.sites.is_empty())
            .map(|read| (read.file.clone(), read.names.sites.clone()))
            .collect();
        Table {
            files,
            watched: self.watched,
        }
    }
}

/// `crates/discord/src/lib.rs`, with forward slashes on every system.
fn table_path(crate_folder: &str, within_src: &Path) -> String {
    let mut path = format!("crates/{crate_folder}/src");
    for segment in within_src {
        path.push('/');
        path.push_str(&segment.to_string_lossy());
    }
    path
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>, SitesError> {
    let failed = |source| SitesError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut paths = std::fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<PathBuf>>>()
        .map_err(failed)?;
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .expect("an entry of a folder has a name")
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::origin::{FileSites, SiteSpan, lookup};

    /// The table as the running program would have it.
    fn compiled(table: &Table) -> Vec<FileSites> {
        let leak = |text: &str| -> &'static str { text.to_owned().leak() };
        let number = |(line, column): (usize, usize)| {
            let small = |n| u32::try_from(n).expect("a short file");
            (small(line), small(column))
        };
        let compile = |site: &Site| SiteSpan {
            start: number(site.start),
            end: number(site.end),
            class: leak(&site.class),
            function: leak(&site.function),
        };
        table
            .files
            .iter()
            .map(|(file, sites)| FileSites {
                file: leak(file),
                spans: sites.iter().map(compile).collect::<Vec<_>>().leak(),
            })
            .collect()
    }

    /// Line and column of `HERE`, from one.
    fn marked(source: &str) -> (u32, u32) {
        let before = &source[..source.find("HERE").expect("the source says HERE")];
        let line = 1 + before.matches('\n').count();
        let column = 1 + before
            .rsplit('\n')
            .next()
            .map_or(0, |last| last.chars().count());
        (
            u32::try_from(line).expect("a short file"),
            u32::try_from(column).expect("a short line"),
        )
    }

    /// What stands at `HERE` in a file of the crate `bank`, as `class function`, or nothing.
    #[track_caller]
    fn check_in(within_src: &str, source: &str, expect: &str) {
        let mut read = Reading::default();
        read.source("bank", Path::new(within_src), source)
            .expect("the source parses");
        let table = compiled(&read.into_table());
        let (line, column) = marked(source);
        let found = lookup(
            &table,
            &format!("crates/bank/src/{within_src}"),
            line,
            column,
        );
        let found = found.map_or(String::new(), |site| {
            format!("{} {}", site.class, site.function)
        });
        assert_eq!(found, expect, "{source}");
    }

    #[track_caller]
    fn check(source: &str, expect: &str) {
        check_in("lib.rs", source, expect);
    }

    #[test]
    fn plain_functions() {
        check("fn pay() { HERE }", "bank pay");
        check(
            "pub(crate) async unsafe fn pay<T>(to: T) -> u8 { HERE }",
            "bank pay",
        );
        check("fn r#move() { HERE }", "bank move");
        check("#[instrument(skip(HERE))]\nfn pay() {}", "bank pay");
        check("fn pay() {}\nstruct HERE;\nfn get() {}", "");
    }

    #[test]
    fn two_functions_on_one_line() {
        check("fn a() { HERE } fn b() {}", "bank a");
        check("fn a() {} fn b() { HERE }", "bank b");
        check("fn ä() { \"🪙🪙🪙\"; HERE } fn b() {}", "bank ä");
    }

    #[test]
    fn methods() {
        check("impl Till { fn pay(&self) { HERE } }", "bank::Till pay");
        check(
            "impl<C: Coin> Till<C> where C: Send { fn pay() { HERE } }",
            "bank::Till pay",
        );
        check(
            "impl super::Till<'_, u8> { fn pay() { HERE } }",
            "bank::Till pay",
        );
        check("impl Till { macros::pay! { HERE } }", "bank::Till pay!");
        check("impl Till { const FEE: u8 = HERE; }", "bank::Till FEE");
    }

    #[test]
    fn trait_impls_use_the_type() {
        check("impl Pay for Till { fn pay() { HERE } }", "bank::Till pay");
        check(
            "impl<T> Pay<T> for &mut Till<T> { fn pay() { HERE } }",
            "bank::Till pay",
        );
        check(
            "impl Pay for [Till; 3] { fn pay() { HERE } }",
            "bank::Till pay",
        );
        check(
            "impl Pay for Box<dyn Tell> { fn pay() { HERE } }",
            "bank::Box pay",
        );
        check(
            "impl Pay for dyn Tell + Send { fn pay() { HERE } }",
            "bank::Tell pay",
        );
        check(
            "impl Pay for (Till, u8) { fn pay() { HERE } }",
            "bank::(Till, u8) pay",
        );
    }

    #[test]
    fn traits_name_their_bodies_and_what_holds_for_every_type() {
        check("trait Pay { fn pay() { HERE } }", "bank::Pay pay");
        check("trait Pay { fn pay(HERE: u8); }", "");
        check(
            "impl<T: Tell> Pay for T { fn pay() { HERE } }",
            "bank::Pay pay",
        );
        check(
            "impl<T: Tell> Pay for &T { fn pay() { HERE } }",
            "bank::Pay pay",
        );
    }

    #[test]
    fn closures_async_blocks_and_macro_arguments_belong_to_the_function() {
        check("fn pay() { let f = |x| { move || HERE }; }", "bank pay");
        check(
            "fn pay() -> impl Future { async move { HERE.await } }",
            "bank pay",
        );
        check("fn pay() { tokio::select! { x = HERE => x } }", "bank pay");
        check("fn pay() { static S: u8 = HERE; }", "bank pay");
        check(
            "impl Till { async fn pay() { spawn(async { || HERE }) } }",
            "bank::Till pay",
        );
    }

    #[test]
    fn nested_items_name_the_outer_function() {
        check("fn pay() { fn check() { HERE } }", "bank::pay check");
        check("fn pay() { fn check() {} HERE }", "bank pay");
        check("fn pay() { || { fn check() { HERE } } }", "bank::pay check");
        check(
            "impl Till { fn pay() { fn check() { HERE } } }",
            "bank::Till::pay check",
        );
        check(
            "fn pay() { impl Till { fn check() { HERE } } }",
            "bank::pay::Till check",
        );
    }

    #[test]
    fn places_outside_functions() {
        check("static RUN: fn() = || HERE;", "bank RUN");
        check("mod a { const RUN: fn() = || HERE; }", "bank::a RUN");
        check("web::routes! { get => HERE }", "bank routes!");
        check("macro_rules! pay { () => { fn pay() { HERE } } }", "");
    }

    #[test]
    fn modules() {
        check(
            "mod a { mod r#in { fn pay() { HERE } } }",
            "bank::a::in pay",
        );
        check("#[cfg(unix)] mod a { fn pay() { HERE } }", "bank::a pay");
        let plain = "fn pay() { HERE }";
        check_in("main.rs", plain, "bank pay");
        check_in("commands/mod.rs", plain, "bank::commands pay");
        check_in(
            "commands/transfer.rs",
            plain,
            "bank::commands::transfer pay",
        );
        check_in("bin/scrip-crash.rs", plain, "scrip_crash pay");
    }

    #[test]
    fn tests_are_left_out() {
        check("#[cfg(test)] mod tests { fn pay() { HERE } }", "");
        check(
            "#[cfg(all(unix, test))] mod tests { fn pay() { HERE } }",
            "",
        );
        check(
            "#[cfg(not(test))] mod a { fn pay() { HERE } }",
            "bank::a pay",
        );
        check(
            "#[cfg(any(test, unix))] mod a { fn pay() { HERE } }",
            "bank::a pay",
        );
        check("#[test] fn pay() { HERE }", "");
        check("#[tokio::test] async fn pay() { HERE }", "");
        check("#[cfg(test)] impl Till { fn pay() { HERE } }", "");
        check("impl Till { #[cfg(test)] fn pay() { HERE } }", "");
        check("#![cfg(test)] fn pay() { HERE }", "");
    }

    #[test]
    fn files_of_test_modules_are_left_out() {
        let mut read = Reading::default();
        for (file, source) in [
            ("lib.rs", "mod till; #[cfg(test)] mod world; fn a() {}"),
            (
                "till/mod.rs",
                "#[cfg(test)] mod tests { mod deep; } fn b() {}",
            ),
            ("till/tests/deep.rs", "fn c() {}"),
            ("world.rs", "fn d() {}"),
            ("worldly.rs", "fn e() {}"),
            ("empty.rs", ""),
        ] {
            read.source("bank", Path::new(file), source)
                .expect("the source parses");
        }
        let files: Vec<String> = read.into_table().files.into_keys().collect();
        assert_eq!(
            files,
            [
                "crates/bank/src/lib.rs",
                "crates/bank/src/till/mod.rs",
                "crates/bank/src/worldly.rs"
            ]
        );
    }

    #[test]
    fn a_file_that_does_not_parse_is_named_with_the_place() {
        let check = |source: &str, expect: &str| {
            let error = Reading::default()
                .source("bank", Path::new("a/b.rs"), source)
                .expect_err("the source does not parse");
            assert_eq!(
                error.to_string(),
                format!("{expect} is not Rust that can be parsed")
            );
        };
        check("fn a() {}\n  fn 5() {}", "crates/bank/src/a/b.rs:2:6");
        check("fn a() {\n", "crates/bank/src/a/b.rs:1:8");
        check("\nfn a() { ) }", "crates/bank/src/a/b.rs:2:10");
    }
}

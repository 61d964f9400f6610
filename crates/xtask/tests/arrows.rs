//! Which crate may use which. The picture is in docs/ARCHITECTURE.md.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Each crate of ours with the crates of ours that it may use. A crate that is not listed fails the test.
const ARROWS: [(&str, Allowed); 23] = [
    ("ledger", Allowed::Only(&[])),
    ("economy", Allowed::Only(&["ledger"])),
    ("app", Allowed::Only(&["economy", "ledger"])),
    ("posting", Allowed::Only(&["app", "economy", "ledger"])),
    (
        "store-sqlite",
        Allowed::Only(&["app", "economy", "ledger", "posting"]),
    ),
    (
        "store-postgres",
        Allowed::Only(&["app", "economy", "ledger", "posting"]),
    ),
    ("chart", Allowed::Only(&[])),
    // The chain is ignorant of our money.
    ("ton", Allowed::Only(&[])),
    ("ton-sandbox", Allowed::Only(&["fake-server", "ton"])),
    ("flight", Allowed::Only(&[])),
    ("game-page", Allowed::Only(&[])),
    (
        "settlement",
        Allowed::Only(&["app", "economy", "ledger", "ton"]),
    ),
    (
        "telegram",
        Allowed::Only(&["app", "economy", "flight", "ledger", "ton"]),
    ),
    ("fake-telegram", Allowed::Only(&["fake-server"])),
    // Fronts never see a store, and never each other.
    (
        "discord",
        Allowed::Only(&["app", "chart", "economy", "ledger"]),
    ),
    ("web", Allowed::Only(&["app", "economy", "ledger"])),
    ("cli", Allowed::AllBut(&["xtask"])),
    ("sites", Allowed::Only(&[])),
    ("fake-server", Allowed::Only(&[])),
    ("fake-discord", Allowed::Only(&["fake-server"])),
    ("testkit", Allowed::AllBut(&["cli", "sites", "xtask"])),
    (
        "bench",
        Allowed::Only(&[
            "app",
            "discord",
            "economy",
            "fake-discord",
            "ledger",
            "settlement",
            "store-postgres",
            "store-sqlite",
            "ton",
            "ton-sandbox",
            "web",
        ]),
    ),
    ("xtask", Allowed::Only(&[])),
];

/// What tests may use besides, in any crate that has arrows at all.
const FOR_TESTS: [&str; 6] = [
    "testkit",
    "fake-discord",
    "fake-telegram",
    "store-postgres",
    "store-sqlite",
    "ton-sandbox",
];

/// The table that `sites` writes is of a type of `app`, so its tests compile against it.
const TABLE_TEST: (&str, &str) = ("sites", "app");

/// The domain has no runtime, database, clock or randomness, not even by way of another crate.
const PURE: [&str; 2] = ["ledger", "economy"];
const IMPURE: [&str; 6] = ["tokio", "rusqlite", "rand", "getrandom", "chrono", "jiff"];

enum Allowed {
    Only(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

impl Allowed {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::Only(names) => names.contains(&name),
            Self::AllBut(names) => !names.contains(&name),
        }
    }
}

/// What is wrong with one arrow, if anything.
fn judge(from: &str, to: &str, kind: DependencyKind) -> Option<String> {
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == from) else {
        return Some(format!("{from} is not in the table of arrows"));
    };
    let is_test = kind == DependencyKind::Development;
    if allowed.has(to) || is_test && (FOR_TESTS.contains(&to) || (from, to) == TABLE_TEST) {
        return None;
    }
    let kind = if is_test { "the tests of " } else { "" };
    Some(format!("{kind}{from} must not use {to}"))
}

#[test]
fn our_crates_use_each_other_only_along_the_arrows() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let ours: BTreeSet<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let arrows = packages.iter().flat_map(|package| {
        let used = package.dependencies.iter();
        let used = used.filter(|used| ours.contains(used.name.as_str()));
        used.map(|used| (package.name.as_str(), used.name.as_str(), used.kind))
    });
    let wrong: Vec<String> = arrows
        .filter_map(|(from, to, kind)| judge(from, to, kind))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");

    let listed: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let unlisted: Vec<_> = ours.difference(&listed).collect();
    assert!(
        unlisted.is_empty(),
        "not in the table of arrows: {unlisted:?}"
    );
}

#[test]
fn wrong_arrows_are_seen() {
    use DependencyKind::{Build, Development, Normal};
    let check = |from, to, kind, expect: Option<&str>| {
        assert_eq!(judge(from, to, kind).as_deref(), expect, "{from} -> {to}");
    };
    check("economy", "ledger", Normal, None);
    check("cli", "sites", Build, None);
    check("discord", "store-sqlite", Development, None);
    check("testkit", "discord", Normal, None);
    check(
        "ledger",
        "economy",
        Normal,
        Some("ledger must not use economy"),
    );
    check(
        "discord",
        "store-sqlite",
        Normal,
        Some("discord must not use store-sqlite"),
    );
    check("discord", "web", Normal, Some("discord must not use web"));
    check("web", "testkit", Build, Some("web must not use testkit"));
    check(
        "ledger",
        "app",
        Development,
        Some("the tests of ledger must not use app"),
    );
    check("testkit", "cli", Normal, Some("testkit must not use cli"));
    check(
        "till",
        "ledger",
        Normal,
        Some("till is not in the table of arrows"),
    );
}

#[test]
fn the_domain_is_pure() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        if PURE.contains(&name) {
            let used = tree(name);
            let impure: Vec<&str> = IMPURE
                .into_iter()
                .filter(|bad| used.contains(*bad))
                .collect();
            assert!(
                impure.is_empty(),
                "{name} uses {impure:?}; `cargo tree -p {name} -i <crate>` says why"
            );
        }
    }
}

#[test]
fn every_crate_has_a_readme_and_the_lints_of_the_workspace() {
    for package in metadata().workspace_packages() {
        let folder = folder(package);
        let readme = std::fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        assert!(
            readme.starts_with(&format!("# {}\n", package.name)),
            "{}: README.md begins with its name",
            package.name
        );

        let manifest = std::fs::read_to_string(&package.manifest_path).expect("cargo has read it");
        assert!(
            inherits_lints(&manifest),
            "{}: [lints] workspace = true",
            package.name
        );
    }
}

#[test]
fn inherited_lints_are_seen() {
    let check =
        |manifest: &str, expect: bool| assert_eq!(inherits_lints(manifest), expect, "{manifest}");
    check(
        "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n",
        true,
    );
    check("[lints]\n# as everywhere\nworkspace=true", true);
    check("lints.workspace = true\n[package]\n", true);
    check("[lints]\n\n[package]\nworkspace = true\n", false);
    check("[lints]\nworkspace = false\n", false);
    check("[package]\nname = \"a\"\n", false);
}

fn inherits_lints(manifest: &str) -> bool {
    let mut table = "";
    manifest.lines().any(|line| {
        let line = line.trim();
        if line.starts_with('[') {
            table = line;
        }
        let assignment = line.replace(' ', "");
        table == "[lints]" && assignment == "workspace=true"
            || table.is_empty() && assignment == "lints.workspace=true"
    })
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .expect("cargo describes the workspace")
}

/// The names of all crates that end up in a program because of this one. `cargo metadata` cannot say it: it joins the features that
/// all members of the workspace ask for.
fn tree(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args([
            "tree",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .args(["--package", package])
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

fn folder(package: &Package) -> &Path {
    let manifest = package.manifest_path.as_std_path();
    manifest.parent().expect("a manifest stands in a folder")
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("this crate stands two folders below the root")
        .to_owned()
}

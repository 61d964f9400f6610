//! The generated source, compiled, against the locations that rustc itself gives.
//!
//! `SITES_BLESS=1 cargo test -p sites` writes `tests/world/sites.rs` anew.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use app::origin::lookup;
use sites::Workspace;

#[path = "world/crates/store-till/src/lib.rs"]
mod store_till;

include!("world/sites.rs");

fn world() -> Workspace {
    Workspace::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/world"))
}

#[test]
fn the_source_is_the_one_that_is_compiled_here() {
    let generated = world()
        .read()
        .expect("the world reads")
        .rust_source("app::origin");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/world/sites.rs");
    if std::env::var_os("SITES_BLESS").is_some() {
        std::fs::write(&golden, &generated).expect("the golden file is writable");
    }
    let expected = std::fs::read_to_string(&golden).expect("the golden file reads");
    assert_eq!(generated, expected);
}

#[track_caller]
fn check(place: store_till::Place, class: &str, function: &str) {
    let found = lookup(SITES, place.file(), place.line(), place.column());
    let found = found.map(|site| (site.class, site.function));
    assert_eq!(found, Some((class, function)), "{place}");
}

#[test]
fn locations_of_rustc_find_their_functions() {
    use store_till::{Pay as _, Till};
    let till = Till("🪙");

    check(store_till::plain(), "store_till", "plain");
    check(store_till::narrow::first(), "store_till::narrow", "first");
    check(store_till::narrow::second(), "store_till::narrow", "second");
    for place in store_till::by_macro() {
        check(place, "store_till", "by_macro");
    }
    check(store_till::by_closure(), "store_till", "by_closure");
    check(store_till::by_nested(), "store_till::by_nested", "inner");
    check((store_till::BY_STATIC)(), "store_till", "BY_STATIC");
    check(at_once(till.by_async()), "store_till::Till", "by_async");
    check((&till).by_default(), "store_till::Pay", "by_default");
    check((&till).by_impl(), "store_till::Till", "by_impl");
}

fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

#[test]
fn changes_of_files_and_folders_are_watched() {
    let lines = world().read().expect("the world reads").rerun_lines();
    let watched: Vec<&str> = lines
        .lines()
        .filter_map(|line| line.strip_prefix("cargo:rerun-if-changed="))
        .collect();
    assert_eq!(watched.len(), lines.lines().count());
    for end in ["crates/store-till/src", "crates/store-till/src/lib.rs"] {
        assert!(
            watched.iter().any(|path| Path::new(path).ends_with(end)),
            "{end} in {lines}"
        );
    }
}

#[test]
fn this_very_workspace_reads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let source = Workspace::new(root)
        .read()
        .expect("our own sources parse")
        .rust_source("app::origin");
    assert!(source.contains(r#"class: "sites::workspace::Workspace", function: "read""#));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = Workspace::new("/no/such/place")
        .read()
        .expect_err("there is nothing to read");
    assert_eq!(error.to_string(), "cannot read /no/such/place/crates");
}

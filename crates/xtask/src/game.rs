//! The game's packages and its build, which the program embeds.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context as _, bail, ensure};
use sha2::{Digest as _, Sha256};

use crate::cargo::{root, shown, succeeds};

/// What Vite asks for; `engines` in `game/package.json` says the same.
const OLDEST_NODE: (u32, u32) = (20, 19);
/// In `node_modules`: which lock file they were installed from.
const INSTALLED: &str = ".installed-from";
/// In `dist`: which sources it was built from. A build that is interrupted leaves none, because Vite empties the folder first.
const BUILT: &str = ".built-from";
/// What the build does not look at.
const NO_SOURCES: [&str; 5] = ["node_modules", "dist", "tests", "e2e", "pictures"];

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    build()?;
    println!("The game is in {}.", folder().join("dist").display());
    Ok(ExitCode::SUCCESS)
}

/// Installs what it is made from and builds it, each only when something of it is new.
pub(crate) fn build() -> anyhow::Result<()> {
    let folder = folder();
    let built = folder.join("dist").join(BUILT);
    // Before the build: what changes meanwhile is not in it.
    let sources = sources(&folder)?;
    if holds(&built, &sources) {
        return Ok(());
    }
    install()?;
    must(npm(&["run", "build"]))?;
    keep(&built, &sources)
}

/// Installs the packages that the lock file names, unless these are there.
pub(crate) fn install() -> anyhow::Result<()> {
    node()?;
    let folder = folder();
    let lock = fs::read(folder.join("package-lock.json")).context("cannot read the lock file")?;
    let lock = hex(Sha256::digest(lock).as_slice());
    let installed = folder.join("node_modules").join(INSTALLED);
    if holds(&installed, &lock) {
        return Ok(());
    }
    must(npm(&["ci", "--no-audit", "--no-fund"]))?;
    keep(&installed, &lock)
}

/// `npm` in the game's folder.
pub(crate) fn npm(args: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder()).args(args);
    command
}

/// The version of Node.js, if it is one that the game can be built with.
pub(crate) fn node() -> anyhow::Result<String> {
    let needed = format!(
        "The game needs Node.js {}.{} or later, with npm",
        OLDEST_NODE.0, OLDEST_NODE.1
    );
    let Some(version) = version("node") else {
        bail!(
            "{needed}, and there is none. On Debian 13: apt-get install nodejs npm; else see https://nodejs.org"
        );
    };
    ensure!(
        is_new_enough(&version),
        "{needed}. Here is {version}: see https://nodejs.org"
    );
    let has_npm = npm(&["--version"]).stdout(Stdio::null()).status().is_ok();
    ensure!(
        has_npm,
        "{needed}, and there is no npm. On Debian: apt-get install npm"
    );
    Ok(version)
}

fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Of `v20.19.0`.
fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.');
    let mut number = || numbers.next()?.parse::<u32>().ok();
    number().zip(number()) >= Some(OLDEST_NODE)
}

/// A hash over the names and contents of all that the build reads.
fn sources(folder: &Path) -> anyhow::Result<String> {
    let mut files = Vec::new();
    gather(folder, &mut files).with_context(|| format!("cannot look into {}", folder.display()))?;
    files.sort();
    let mut hash = Sha256::new();
    for file in &files {
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(folder).unwrap_or(file);
        hash.update(format!("{} {}\n", name.display(), bytes.len()));
        hash.update(bytes);
    }
    Ok(hex(hash.finalize().as_slice()))
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_source = NO_SOURCES.iter().all(|name| entry.file_name() != *name);
        if is_source && entry.file_type()?.is_dir() {
            gather(&entry.path(), files)?;
        } else if is_source {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn holds(stamp: &Path, text: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|kept| kept == text)
}

fn keep(stamp: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(stamp, text).with_context(|| format!("cannot write {}", stamp.display()))
}

fn must(mut command: Command) -> anyhow::Result<()> {
    println!("$ {}", shown(&command));
    ensure!(succeeds(&mut command)?, "{} failed", shown(&command));
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn folder() -> PathBuf {
    root().join("game")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_of_node_are_seen() {
        let check = |version: &str, expect: bool| {
            assert_eq!(is_new_enough(version), expect, "{version}");
        };
        check("v20.19.0", true);
        check("v20.20.2", true);
        check("v24.1.0", true);
        check("v20.18.3", false);
        check("v18.20.4", false);
        check("", false);
        check("command not found", false);
    }
}

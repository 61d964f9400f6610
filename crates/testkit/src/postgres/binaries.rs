use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{StartError, Started};

/// The oldest that the store works on.
const OLDEST: u32 = 15;

/// Where Debian keeps each version in a folder of its own, outside of PATH.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder with `initdb` and `postgres`.
pub(super) fn find() -> Started<PathBuf> {
    let mut newest_old = None;
    // pg_config also comes with the client's library alone, so it may name a folder without a server.
    for folder in told_by_pg_config().into_iter().chain(debian()) {
        match version_in(&folder) {
            Some(found) if found >= OLDEST => return Ok(folder),
            found => newest_old = newest_old.max(found),
        }
    }
    Err(match newest_old {
        Some(found) => StartError::TooOld { found },
        None => StartError::NotInstalled,
    })
}

fn told_by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| folder.trim().into())
}

/// Newest first.
fn debian() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<u32> = entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    let folder = |version| Path::new(DEBIAN).join(format!("{version}/bin"));
    versions.into_iter().map(folder).collect()
}

fn version_in(folder: &Path) -> Option<u32> {
    if !folder.join("initdb").exists() {
        return None;
    }
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .output();
    major(&String::from_utf8(output.ok()?.stdout).ok()?)
}

/// From `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(said: &str) -> Option<u32> {
    let number = said.split_once("(PostgreSQL) ")?.1;
    let end = number.find(|c: char| !c.is_ascii_digit());
    number[..end.unwrap_or(number.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_are_read() {
        let check = |said, expect| assert_eq!(super::major(said), expect, "{said}");
        check(
            "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n",
            Some(15),
        );
        check("postgres (PostgreSQL) 17beta1\n", Some(17));
        check("postgres (PostgreSQL) 18", Some(18));
        check("postgres: not found", None);
    }
}

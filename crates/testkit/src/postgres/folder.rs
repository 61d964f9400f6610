//! The server's folder, and the user that may read it. A name has the owner's process id: what a killed run has left is found by it.

use std::{
    os::unix::fs::{MetadataExt, chown},
    path::Path,
    process::Command,
};

use tempfile::TempDir;

use super::{StartError, Started, io};

const PREFIX: &str = "scrip-postgres-";

/// Who may run a server: PostgreSQL refuses root.
const USERS: [&str; 2] = ["postgres", "nobody"];

pub(super) struct Folder {
    folder: TempDir,
    /// Who it belongs to, where we are root.
    user: Option<User>,
}

#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

impl Folder {
    pub(super) fn new() -> Started<Self> {
        sweep();
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir();
        let folder = folder.map_err(io("make a folder for the server"))?;
        let ours = folder.path().metadata().map_err(io("read the folder"))?;
        let user = if ours.uid() == 0 { Some(lent()?) } else { None };
        if let Some(user) = user {
            chown(folder.path(), Some(user.uid), Some(user.gid))
                .map_err(io("give the folder away"))?;
        }
        Ok(Self { folder, user })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A program of the server's user in this folder, which the kernel ends when the thread that started it is gone.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        // QUIT is PostgreSQL's immediate shutdown: it still gives its shared memory back.
        command.args(["--pdeathsig", "QUIT"]);
        if let Some(User { uid, gid }) = self.user {
            command.args([format!("--reuid={uid}"), format!("--regid={gid}")]);
            command.arg("--clear-groups");
        }
        command.arg(program).current_dir(self.path());
        command
    }
}

fn lent() -> Started<User> {
    let users = std::fs::read_to_string("/etc/passwd").map_err(io("read /etc/passwd"))?;
    let found = USERS.iter().find_map(|name| user_in(&users, name));
    found.ok_or(StartError::NoUser)
}

/// From lines such as `postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash`.
fn user_in(users: &str, name: &str) -> Option<User> {
    let mut lines = users.lines().map(|line| line.split(':'));
    lines.find_map(|mut fields| {
        let found = fields.next() == Some(name);
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        found.then_some(User { uid, gid })
    })
}

/// Removes the folders of processes that are no more.
fn sweep() {
    let entries = std::fs::read_dir(std::env::temp_dir());
    for entry in entries.into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(owner);
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists()) {
            // Somebody else may be sweeping too, or it may be another user's.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn owner(name: &str) -> Option<u32> {
    let (pid, _) = name.strip_prefix(PREFIX)?.split_once('-')?;
    pid.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_tell_their_owner() {
        let check = |name, expect| assert_eq!(owner(name), expect, "{name}");
        check("scrip-postgres-4711-aB3xZ9", Some(4711));
        check("scrip-postgres-", None);
        check("scrip-demo-4711-aB3xZ9", None);
    }

    #[test]
    fn what_a_dead_process_has_left_is_removed() {
        let mut dead = Command::new("true").spawn().unwrap();
        dead.wait().unwrap();
        let left = std::env::temp_dir().join(format!("{PREFIX}{}-left", dead.id()));
        std::fs::create_dir(&left).unwrap();
        let mine = Folder::new().unwrap();
        assert!(!left.exists());
        sweep();
        assert!(mine.path().exists());
    }

    #[test]
    fn users_are_found_by_name() {
        let users = "root:x:0:0:root:/root:/bin/bash\nbroken\nnobody:x:65534:65533:n:/:/bin/false";
        let ids = user_in(users, "nobody").map(|user| (user.uid, user.gid));
        assert_eq!(ids, Some((65534, 65533)));
        assert!(user_in(users, "postgres").is_none());
    }
}

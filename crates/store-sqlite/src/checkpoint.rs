//! Moves the log into the file, beside the writer, so that no commit waits for it.

use std::{
    path::{Path, PathBuf},
    thread::JoinHandle,
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use rusqlite::Connection;

use crate::open;

/// How often the log's length is looked at.
const EVERY: Duration = Duration::from_millis(100);
/// A shorter log is left alone: moving it costs two syncs of the disk.
const WORTH: u64 = 8 << 20;

#[derive(Debug)]
pub(crate) struct Checkpointer {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn start(path: PathBuf) -> rusqlite::Result<Self> {
        let db = open::writing(&path, "NORMAL", 2_048)?;
        let (stop, stopped) = crossbeam_channel::bounded(1);
        let log = log_path(&path);
        let thread = std::thread::Builder::new()
            .name("scrip-checkpoint".into())
            .spawn(move || run(&db, &log, &stopped))
            .ok();
        Ok(Self {
            stop: Some(stop),
            thread,
        })
    }

    pub(crate) fn stop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(db: &Connection, log: &Path, stopped: &Receiver<()>) {
    let mut moved = 0;
    while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        // The log is reused from its start once all of it was moved, so its length alone says little: what counts is what is not moved.
        if length(log) < WORTH && moved == 0 {
            continue;
        }
        moved = checkpoint(db).unwrap_or_else(|error| {
            tracing::debug!(%error, "the log could not be moved now");
            0
        });
    }
}

/// Moves what can be moved without stopping anybody; gives how many pages of the log are not moved yet.
pub(crate) fn checkpoint(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let (pages, moved): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(pages - moved)
    })
}

pub(crate) fn log_path(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log)
}

pub(crate) fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

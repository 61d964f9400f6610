use std::path::PathBuf;

use app::StoreError;
use crossbeam_channel::{Receiver, Sender};
use rusqlite::Connection;

use crate::open;

/// Connections for reading, each used by one read at a time, opened when first needed.
#[derive(Debug)]
pub(crate) struct ReadPool {
    path: PathBuf,
    free: Receiver<Option<Connection>>,
    back: Sender<Option<Connection>>,
}

impl ReadPool {
    pub(crate) fn new(path: PathBuf, readers: usize) -> Self {
        let (back, free) = crossbeam_channel::unbounded();
        for _ in 0..readers {
            let _ = back.send(None);
        }
        Self { path, free, back }
    }

    /// Runs a read; waits for a free connection. Blocks: call it where that is allowed.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let taken = self.free.recv().map_err(|_| StoreError::Closed)?;
        let opened = taken.map_or_else(|| open::reading(&self.path), Ok);
        let db = match opened {
            Ok(db) => db,
            Err(error) => {
                let _ = self.back.send(None);
                return Err(failed(error).into());
            }
        };
        let answer = work(&db);
        let _ = self.back.send(Some(db));
        answer
    }
}

/// What SQLite's failure means for whoever asked.
pub(crate) fn failed(error: rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Unavailable {
            retry_after_secs: 1,
        },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Damaged(error.to_string())
        }
        _ => StoreError::Failed {
            doing: "the database refused",
            cause: error.to_string(),
        },
    }
}

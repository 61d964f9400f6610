mod game;
mod serve;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, atomic::AtomicU64},
    thread::JoinHandle,
};

use app::{AuditReport, BoxFuture, Clock, StoreError, WriteError};
use crossbeam_channel::Sender;
use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use crate::{
    OpenError, Options, SCHEMA_VERSION, audit,
    batch::{Batch, Parts},
    checkpoint::Checkpointer,
    dirty::Dirty,
    keys::Keys,
    lock::FileLock,
    migrate::migrate,
    open,
    pool::{ReadPool, failed},
    read::ReadError,
    recovery,
    writer::{self, Request, Scope},
};

const LAST_BACKUP: &str = "backup.last";

/// A ledger in a SQLite file, owned by this process.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    pool: Arc<ReadPool>,
    dirty: Arc<Dirty>,
    requests: Sender<Request>,
    committed: watch::Receiver<i64>,
    lost_origins: Arc<AtomicU64>,
    held: Mutex<Held>,
}

/// A store that nobody closed ends in the same order: the lock is let go of only when nothing writes any more, or another owner's
/// balances could be overwritten by what this one writes behind.
impl Drop for SqliteStore {
    fn drop(&mut self) {
        let (tell, _) = oneshot::channel();
        let _ = self.requests.send(Request::Close(tell));
        let_go(self.take_held());
    }
}

type Parted = (
    Option<JoinHandle<()>>,
    Option<Checkpointer>,
    Option<FileLock>,
);

/// Waits for the threads, then gives up the lock.
fn let_go((writer, checkpointer, lock): Parted) {
    if let Some(writer) = writer {
        let _ = writer.join();
    }
    if let Some(mut checkpointer) = checkpointer {
        checkpointer.stop();
    }
    drop(lock);
}

/// What is let go of at the end.
#[derive(Debug)]
struct Held {
    lock: Option<FileLock>,
    writer: Option<JoinHandle<()>>,
    checkpointer: Option<Checkpointer>,
}

impl SqliteStore {
    /// Opens a ledger, or makes a new one: takes its lock, migrates it, reads the journal's end again and starts its threads.
    ///
    /// # Errors
    /// [`OpenError`], before anything was changed where that is possible.
    pub fn open(options: Options, clock: Arc<dyn Clock>) -> Result<Arc<Self>, OpenError> {
        let path = options.path;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| OpenError::Io {
                doing: "could not make the folder",
                path: folder.to_owned(),
                source,
            })?;
        }
        let lock = FileLock::take(&path)?;
        let doing = OpenError::sql("could not open the ledger");
        let mut db = open::writing(&path, "FULL", 40_960).map_err(&doing)?;
        migrate(&mut db, &path)?;
        // Whoever has the lock is the only process: what others before it did alone is free.
        db.execute("UPDATE lease SET until_ms = 0", [])
            .map_err(&doing)?;
        let ledger = ledger_name(&db).map_err(&doing)?;
        let recovered = recovery::recover(&mut db)?;
        let (mut keys, upto) =
            Keys::open(open::index_path(&path), &ledger, recovered.mark.transfer)
                .map_err(&doing)?;
        recovery::keys_recover(&db, &mut keys, upto).map_err(&doing)?;
        let checkpointer = Checkpointer::start(path.clone()).map_err(&doing)?;

        let dirty = Arc::new(Dirty::default());
        let lost_origins = Arc::new(AtomicU64::new(0));
        let (commit_told, committed) = watch::channel(recovered.mark.transfer);
        let parts = Parts {
            db,
            keys,
            dirty: Arc::clone(&dirty),
            clock,
            committed: commit_told,
            lost_origins: Arc::clone(&lost_origins),
            snapshot_after: options.snapshot_after,
            recovered,
        };
        let batch = Batch::new(parts).map_err(|error| OpenError::Damaged {
            what: error.to_string(),
        })?;
        let (requests, waiting) = crossbeam_channel::unbounded();
        let writer = std::thread::Builder::new()
            .name("scrip-writer".into())
            .spawn(move || writer::run(batch, &waiting))
            .map_err(|source| OpenError::Io {
                doing: "could not start the writer",
                path: path.clone(),
                source,
            })?;
        let pool = Arc::new(ReadPool::new(path.clone(), options.readers));
        let held = Mutex::new(Held {
            lock: Some(lock),
            writer: Some(writer),
            checkpointer: Some(checkpointer),
        });
        Ok(Arc::new(Self {
            path,
            pool,
            dirty,
            requests,
            committed,
            lost_origins,
            held,
        }))
    }

    /// Audits a ledger file that nobody has open, such as a backup, without changing it.
    ///
    /// # Errors
    /// When the file cannot be read or is no ledger.
    pub fn verify(path: &Path) -> Result<AuditReport, OpenError> {
        let db = open::reading(path).map_err(OpenError::sql("could not open the ledger"))?;
        match crate::migrate::version(&db)? {
            SCHEMA_VERSION => {}
            0 => {
                return Err(OpenError::NotALedger {
                    path: path.to_owned(),
                });
            }
            found if found > SCHEMA_VERSION => {
                return Err(OpenError::Newer {
                    found,
                    known: SCHEMA_VERSION,
                });
            }
            found => {
                return Err(OpenError::Damaged {
                    what: format!(
                        "its schema version is {found}: open it once with this program to migrate it"
                    ),
                });
            }
        }
        audit::audit(&db, &mut |_, _| {}).map_err(|error| OpenError::Damaged {
            what: error.to_string(),
        })
    }

    fn take_held(&self) -> Parted {
        let mut held = self
            .held
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        (
            held.writer.take(),
            held.checkpointer.take(),
            held.lock.take(),
        )
    }

    /// A read that looks at one moment of the file.
    fn snapshot<T, F>(&self, work: F) -> BoxFuture<'_, Result<T, StoreError>>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    {
        self.blocking(move |db| {
            db.execute_batch("BEGIN").map_err(failed)?;
            let answer = work(db);
            db.execute_batch("COMMIT").map_err(failed)?;
            answer.map_err(StoreError::from)
        })
    }

    /// A read of accounts with what is newer in memory laid over it; repeated when something was written behind meanwhile.
    fn overlaid<T, F>(&self, work: F) -> BoxFuture<'_, Result<T, StoreError>>
    where
        T: Send + 'static,
        F: Fn(&Connection, &Dirty) -> Result<T, ReadError> + Send + 'static,
    {
        let dirty = Arc::clone(&self.dirty);
        self.blocking(move |db| {
            loop {
                let before = dirty.generation();
                let answer = work(db, &dirty)?;
                if dirty.generation() == before {
                    return Ok(answer);
                }
            }
        })
    }

    fn blocking<T, F>(&self, work: F) -> BoxFuture<'_, Result<T, StoreError>>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let pool = Arc::clone(&self.pool);
        Box::pin(async move {
            let read = tokio::task::spawn_blocking(move || pool.read(work));
            read.await.unwrap_or_else(|error| {
                Err(StoreError::Failed {
                    doing: "reading",
                    cause: error.to_string(),
                })
            })
        })
    }

    /// Has the writer do something that is no command.
    fn task<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Scope<'_>) -> Result<T, E> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let sent = self.requests.send(Request::Task(Box::new(writer::Job {
            work,
            result: None,
            tell,
        })));
        Box::pin(async move {
            if sent.is_err() {
                return Err(StoreError::Closed.into());
            }
            told.await
                .unwrap_or_else(|_| Err(StoreError::Closed.into()))
        })
    }
}

/// What tells this ledger from every other.
fn ledger_name(db: &Connection) -> rusqlite::Result<String> {
    let fresh: String = app::random_bytes::<16>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    db.execute(
        "INSERT OR IGNORE INTO memo (name, value) VALUES ('ledger.name', json_quote(?1))",
        [&fresh],
    )?;
    db.query_row(
        "SELECT value FROM memo WHERE name = 'ledger.name'",
        [],
        |row| row.get(0),
    )
}

/// What a writer that is gone leaves open: whether it was written is for the key to say.
fn unknown<T>(_: T) -> WriteError {
    StoreError::Unknown.into()
}

//! Which idempotency keys were used. The newest are in memory; a thread of its own writes the older ones, sorted, into runs of a
//! second file, from which they are only read when a filter in memory says that a key may be there.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender};
use fastbloom::BloomFilter;
use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;

use crate::open;

/// How many keys are kept in memory before they are written as a run.
const RUN: usize = 131_072;
/// How many runs of one size are merged into one of the next.
const MERGE: i64 = 8;
/// The largest size of run: beyond it merging costs more than looking.
const LARGEST: i64 = 2;

pub(crate) type Key = [u8; 16];

/// What a key was used for: the transaction, and the hash of what was asked.
pub(crate) type Use = (i64, i64);

type Recent = FxHashMap<Key, Use>;

/// The writer's side.
pub(crate) struct Keys {
    recent: Recent,
    /// Handed to the thread and perhaps not written yet, newest last.
    leaving: Vec<Arc<Leaving>>,
    young: Filter,
    old: Arc<Mutex<Option<Filter>>>,
    taken_old: Option<Filter>,
    runs: Connection,
    to_thread: Option<Sender<Arc<Leaving>>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Leaving {
    keys: Recent,
    /// The last transfer whose key is among them.
    upto: i64,
    written: AtomicBool,
}

impl Keys {
    /// Opens the file of runs, or starts a new one when it is not of this ledger. Gives also the last transfer whose key is in a run.
    pub(crate) fn open(path: PathBuf, ledger: &str, last_transfer: i64) -> rusqlite::Result<(Self, i64)> {
        let mut db = open_runs(&path)?;
        let upto = match mark(&db, ledger)? {
            Some(upto) if upto <= last_transfer => upto,
            _ => {
                drop(db);
                start_anew(&path);
                db = open_runs(&path)?;
                db.execute("INSERT OR REPLACE INTO mark (ledger, upto) VALUES (?1, 0)", [ledger])?;
                0
            }
        };
        let old = Arc::new(Mutex::new(None));
        let (to_thread, from_writer) = crossbeam_channel::unbounded();
        let runs = open::reading(&path)?;
        let worker = Worker { db, ledger: ledger.to_owned(), from_writer, old: Arc::clone(&old) };
        let thread = std::thread::Builder::new().name("scrip-keys".into()).spawn(move || worker.run()).ok();
        let keys = Self {
            recent: Recent::default(),
            leaving: Vec::new(),
            young: Filter::default(),
            old,
            taken_old: None,
            runs,
            to_thread: Some(to_thread),
            thread,
        };
        Ok((keys, upto))
    }

    /// What a key was used for, as far as memory and the runs know. A use that a run names is only a hint: the journal's row decides.
    pub(crate) fn find(&mut self, key: &Key) -> rusqlite::Result<Option<Found>> {
        if let Some(used) = self.recent.get(key) {
            return Ok(Some(Found::Sure(*used)));
        }
        if let Some(used) = self.leaving.iter().rev().find_map(|leaving| leaving.keys.get(key)) {
            return Ok(Some(Found::Sure(*used)));
        }
        if !self.may_be_written(key) {
            return Ok(None);
        }
        let mut statement = self.runs.prepare_cached("SELECT k.id FROM run r CROSS JOIN run_key k ON k.run = r.run AND k.key = ?1 ORDER BY r.run DESC LIMIT 1")?;
        let id = statement.query_row([key.as_slice()], |row| row.get(0)).optional()?;
        Ok(id.map(Found::Perhaps))
    }

    pub(crate) fn insert(&mut self, key: Key, used: Use) {
        self.recent.insert(key, used);
        self.young.insert(&key);
    }

    /// Takes back keys of a batch that was not committed.
    pub(crate) fn remove(&mut self, key: &Key) {
        self.recent.remove(key);
    }

    /// After a commit: hands the keys over when there are many.
    pub(crate) fn settle(&mut self, last_transfer: i64) {
        self.leaving.retain(|leaving| !leaving.written.load(Ordering::Acquire));
        if self.recent.len() >= RUN {
            self.hand_over(last_transfer);
        }
    }

    fn hand_over(&mut self, last_transfer: i64) {
        let keys = std::mem::take(&mut self.recent);
        let leaving = Arc::new(Leaving { keys, upto: last_transfer, written: AtomicBool::new(false) });
        self.leaving.push(Arc::clone(&leaving));
        if let Some(thread) = &self.to_thread {
            let _ = thread.send(leaving);
        }
    }

    /// Writes all keys and ends the thread.
    pub(crate) fn close(&mut self, last_transfer: i64) {
        if !self.recent.is_empty() {
            self.hand_over(last_transfer);
        }
        self.to_thread = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    fn may_be_written(&mut self, key: &Key) -> bool {
        if self.young.may_have(key) {
            return true;
        }
        if self.taken_old.is_none() {
            self.taken_old = self.old.lock().ok().and_then(|mut old| old.take());
        }
        // Until the thread has read the runs, every key may be there.
        self.taken_old.as_ref().is_none_or(|old| old.may_have(key))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({} recent)", self.recent.len())
    }
}

/// Where a key was found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found {
    Sure(Use),
    /// In a run: the transaction that it names must be looked at.
    Perhaps(i64),
}

/// Says of a key that it was surely never used, or may have been. It grows by further filters, each twice as large.
#[derive(Debug, Default)]
struct Filter {
    parts: Vec<(BloomFilter, usize)>,
}

impl Filter {
    const FIRST: usize = 262_144;

    fn insert(&mut self, key: &Key) {
        if self.parts.last().is_none_or(|(_, room)| *room == 0) {
            let room = Self::FIRST << self.parts.len();
            self.parts.push((BloomFilter::with_false_pos(0.001).seed(&1).expected_items(room), room));
        }
        if let Some((filter, room)) = self.parts.last_mut() {
            filter.insert(key);
            *room = room.saturating_sub(1);
        }
    }

    fn may_have(&self, key: &Key) -> bool {
        self.parts.iter().any(|(filter, _)| filter.contains(key))
    }
}

struct Worker {
    db: Connection,
    ledger: String,
    from_writer: Receiver<Arc<Leaving>>,
    old: Arc<Mutex<Option<Filter>>>,
}

impl Worker {
    fn run(mut self) {
        match self.filter() {
            Ok(filter) => {
                if let Ok(mut old) = self.old.lock() {
                    *old = Some(filter);
                }
            }
            Err(error) => tracing::error!(%error, "could not read the keys' runs; each key is looked up in the file"),
        }
        while let Ok(leaving) = self.from_writer.recv() {
            // The keys stay in memory until they are written; the journal has them in any case.
            match self.write(&leaving) {
                Ok(()) => leaving.written.store(true, Ordering::Release),
                Err(error) => tracing::error!(%error, "could not write a run of keys; they stay in memory"),
            }
            if self.from_writer.is_empty() && let Err(error) = self.merge() {
                tracing::warn!(%error, "could not merge runs of keys");
            }
        }
    }

    fn filter(&self) -> rusqlite::Result<Filter> {
        let mut filter = Filter::default();
        let mut statement = self.db.prepare("SELECT key FROM run_key")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            filter.insert(&row.get(0)?);
        }
        Ok(filter)
    }

    fn write(&mut self, leaving: &Leaving) -> rusqlite::Result<()> {
        let mut sorted: Vec<(&Key, i64)> = leaving.keys.iter().map(|(key, (id, _))| (key, *id)).collect();
        sorted.sort_unstable();
        let tx = self.db.transaction()?;
        let run = new_run(&tx, 0)?;
        {
            let mut insert = tx.prepare_cached("INSERT INTO run_key (run, key, id) VALUES (?1, ?2, ?3)")?;
            for (key, id) in sorted {
                insert.execute(params![run, key.as_slice(), id])?;
            }
        }
        tx.execute("UPDATE mark SET upto = max(upto, ?1) WHERE ledger = ?2", params![leaving.upto, self.ledger])?;
        tx.commit()
    }

    fn merge(&mut self) -> rusqlite::Result<()> {
        for size in 0..LARGEST {
            let count: i64 = self.db.query_row("SELECT count(*) FROM run WHERE size = ?1", [size], |row| row.get(0))?;
            if count < MERGE {
                continue;
            }
            let tx = self.db.transaction()?;
            let run = new_run(&tx, size + 1)?;
            tx.execute(
                "INSERT INTO run_key (run, key, id) SELECT ?1, key, id FROM run_key WHERE run IN (SELECT run FROM run WHERE size = ?2) ORDER BY key",
                params![run, size],
            )?;
            tx.execute("DELETE FROM run_key WHERE run IN (SELECT run FROM run WHERE size = ?1)", [size])?;
            tx.execute("DELETE FROM run WHERE size = ?1", [size])?;
            tx.commit()?;
        }
        Ok(())
    }
}

fn new_run(db: &Connection, size: i64) -> rusqlite::Result<i64> {
    db.query_row("INSERT INTO run (run, size) VALUES (coalesce((SELECT max(run) FROM run), 0) + 1, ?1) RETURNING run", [size], |row| row.get(0))
}

fn open_runs(path: &std::path::Path) -> rusqlite::Result<Connection> {
    let opened = open_schema(path);
    if opened.is_ok() {
        return opened;
    }
    // What is damaged here is made again from the journal.
    start_anew(path);
    open_schema(path)
}

fn open_schema(path: &std::path::Path) -> rusqlite::Result<Connection> {
    let db = open::writing(path, "NORMAL", 16_384)?;
    db.pragma_update_and_check(None, "wal_autocheckpoint", 4_096, |_| Ok(()))?;
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS mark (ledger TEXT PRIMARY KEY, upto INTEGER NOT NULL) STRICT, WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS run (run INTEGER PRIMARY KEY, size INTEGER NOT NULL) STRICT;
         CREATE TABLE IF NOT EXISTS run_key (run INTEGER NOT NULL, key BLOB NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (run, key)) STRICT, WITHOUT ROWID;",
    )?;
    Ok(db)
}

fn mark(db: &Connection, ledger: &str) -> rusqlite::Result<Option<i64>> {
    db.query_row("SELECT upto FROM mark WHERE ledger = ?1", [ledger], |row| row.get(0)).optional()
}

fn start_anew(path: &std::path::Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}

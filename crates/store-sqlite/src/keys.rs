//! Which idempotency keys were used. The newest are in memory; a thread of its own writes the older ones, sorted, into runs of a
//! second file, from which they are only read when a filter in memory says that a key may be there.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender};
use fastbloom::AtomicBloomFilter;
use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;

use crate::open;

/// How many keys are kept in memory before they are written as a run.
const RUN: usize = 131_072;
/// How many runs of one size are merged into one of the next.
const MERGE: i64 = 8;
/// The largest size of run: beyond it merging costs more than looking.
const LARGEST: i64 = 1;
/// How many keys one row of a run holds: its row fills a page.
const TOGETHER: usize = 248;

pub(crate) type Key = [u8; 16];

/// What a key was used for: the transaction, and the hash of what was asked.
pub(crate) type Use = (i64, i64);

type Recent = FxHashMap<u128, Use>;

/// A key in a run: its first half, and the transaction that has all of it.
type Entry = (u64, i64);

/// The writer's side.
pub(crate) struct Keys {
    recent: Recent,
    /// Handed to the thread and perhaps not written yet, newest last.
    leaving: Vec<Arc<Leaving>>,
    written: Arc<Filter>,
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

/// Where a key was found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found {
    Sure(Use),
    /// In a run, by half of it: the transaction must be looked at.
    Perhaps(i64),
}

impl Keys {
    /// Opens the file of runs, or starts a new one when it is not of this ledger. Gives also the last transfer whose key is in a run.
    pub(crate) fn open(
        path: PathBuf,
        ledger: &str,
        last_transfer: i64,
    ) -> rusqlite::Result<(Self, i64)> {
        let mut db = open_runs(&path)?;
        let upto = match mark(&db, ledger)? {
            Some(upto) if upto <= last_transfer => upto,
            _ => {
                drop(db);
                start_anew(&path);
                db = open_runs(&path)?;
                db.execute(
                    "INSERT OR REPLACE INTO mark (ledger, upto) VALUES (?1, 0)",
                    [ledger],
                )?;
                0
            }
        };
        let written = Arc::new(Filter::default());
        let (to_thread, from_writer) = crossbeam_channel::unbounded();
        let runs = open::reading(&path)?;
        let worker = Worker {
            db,
            ledger: ledger.to_owned(),
            from_writer,
            written: Arc::clone(&written),
        };
        let thread = std::thread::Builder::new()
            .name("scrip-keys".into())
            .spawn(move || worker.run())
            .ok();
        let keys = Self {
            recent: Recent::default(),
            leaving: Vec::new(),
            written,
            runs,
            to_thread: Some(to_thread),
            thread,
        };
        Ok((keys, upto))
    }

    /// What a key was used for, as far as memory and the runs know.
    pub(crate) fn find(&self, key: &Key) -> rusqlite::Result<Vec<Found>> {
        let number = u128::from_be_bytes(*key);
        if let Some(used) = self.recent.get(&number) {
            return Ok(vec![Found::Sure(*used)]);
        }
        if let Some(used) = self
            .leaving
            .iter()
            .rev()
            .find_map(|leaving| leaving.keys.get(&number))
        {
            return Ok(vec![Found::Sure(*used)]);
        }
        let half = half(number);
        if self.written.may_have(half) {
            self.find_written(half)
        } else {
            Ok(Vec::new())
        }
    }

    /// Brings a key's places near; the number means nothing.
    pub(crate) fn glance(&self, key: &Key) -> i64 {
        let number = u128::from_be_bytes(*key);
        let recent = self.recent.get(&number).map_or(0, |(id, _)| *id);
        recent ^ i64::from(self.written.may_have(half(number)))
    }

    fn find_written(&self, half: u64) -> rusqlite::Result<Vec<Found>> {
        // Each run's row that begins at or before the key holds it, if the run does.
        let mut fetch = self.runs.prepare_cached(
            "SELECT (SELECT p.keys FROM run_part p WHERE p.run = r.run AND p.first <= ?1 ORDER BY p.first DESC LIMIT 1) FROM run r ORDER BY r.run DESC",
        )?;
        let mut rows = fetch.query([ordered(half)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let Some(part) = row.get_ref(0)?.as_blob_or_null()? else {
                continue;
            };
            found.extend(
                entries(part)
                    .filter(|(stored, _)| *stored == half)
                    .map(|(_, id)| Found::Perhaps(id)),
            );
        }
        Ok(found)
    }

    pub(crate) fn insert(&mut self, key: Key, used: Use) {
        self.recent.insert(u128::from_be_bytes(key), used);
    }

    /// Takes back keys of a batch that was not committed.
    pub(crate) fn remove(&mut self, key: &Key) {
        self.recent.remove(&u128::from_be_bytes(*key));
    }

    /// After a commit: hands the keys over when there are many.
    pub(crate) fn settle(&mut self, last_transfer: i64) {
        if !self.leaving.is_empty() {
            self.leaving
                .retain(|leaving| !leaving.written.load(Ordering::Acquire));
        }
        if self.recent.len() >= RUN {
            self.hand_over(last_transfer);
        }
    }

    fn hand_over(&mut self, last_transfer: i64) {
        let room = Recent::with_capacity_and_hasher(self.recent.len(), rustc_hash::FxBuildHasher);
        let keys = std::mem::replace(&mut self.recent, room);
        let leaving = Arc::new(Leaving {
            keys,
            upto: last_transfer,
            written: AtomicBool::new(false),
        });
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
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({} recent)", self.recent.len())
    }
}

/// A key is a hash already: its first half is used as it is.
///
/// Says of a key that it is surely in no run, or may be. The thread fills it, by parts that are each four times as large as the one
/// before; the writer reads it.
#[derive(Debug, Default)]
struct Filter {
    parts: RwLock<Vec<Part>>,
    /// Whether the runs of an earlier time are in it: until then every key may be there.
    complete: AtomicBool,
}

#[derive(Debug)]
struct Part {
    bits: Arc<AtomicBloomFilter>,
    room: usize,
}

impl Filter {
    const FIRST: usize = 1 << 19;

    fn insert(&self, halves: impl Iterator<Item = u64>) {
        let mut current: Option<(Arc<AtomicBloomFilter>, usize)> = None;
        for half in halves {
            let (bits, room) = match current.take() {
                Some((bits, room)) if room > 0 => (bits, room),
                _ => self.part(),
            };
            bits.insert_hash(half);
            current = Some((bits, room - 1));
        }
        if let (Some((_, room)), Ok(mut parts)) = (current, self.parts.write())
            && let Some(part) = parts.last_mut()
        {
            part.room = room;
        }
    }

    /// The part that has room, made if none has.
    fn part(&self) -> (Arc<AtomicBloomFilter>, usize) {
        let mut parts = self
            .parts
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if parts.last().is_none_or(|part| part.room == 0) {
            let room = Self::FIRST << (2 * parts.len());
            let bits = Arc::new(
                AtomicBloomFilter::with_false_pos(0.001)
                    .seed(&1)
                    .expected_items(room),
            );
            parts.push(Part { bits, room });
        }
        let last = parts
            .last_mut()
            .expect("one was just made where there was none");
        (Arc::clone(&last.bits), std::mem::take(&mut last.room))
    }

    fn may_have(&self, half: u64) -> bool {
        if !self.complete.load(Ordering::Acquire) {
            return true;
        }
        let parts = self
            .parts
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        parts.iter().any(|part| part.bits.contains_hash(half))
    }
}

struct Worker {
    db: Connection,
    ledger: String,
    from_writer: Receiver<Arc<Leaving>>,
    written: Arc<Filter>,
}

impl Worker {
    fn run(mut self) {
        match self.fill() {
            Ok(()) => self.written.complete.store(true, Ordering::Release),
            Err(error) => {
                tracing::error!(%error, "could not read the keys' runs; each key is looked up in the file")
            }
        }
        while let Ok(leaving) = self.from_writer.recv() {
            // The keys stay in memory until they are written; the journal has them in any case.
            match self.write(&leaving) {
                Ok(()) => leaving.written.store(true, Ordering::Release),
                Err(error) => {
                    tracing::error!(%error, "could not write a run of keys; they stay in memory")
                }
            }
            if self.from_writer.is_empty()
                && let Err(error) = self.merge()
            {
                tracing::warn!(%error, "could not merge runs of keys");
            }
        }
    }

    fn fill(&self) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare("SELECT keys FROM run_part")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.written
                .insert(entries(row.get_ref(0)?.as_blob()?).map(|(half, _)| half));
        }
        Ok(())
    }

    fn write(&mut self, leaving: &Leaving) -> rusqlite::Result<()> {
        let mut sorted: Vec<Entry> = leaving
            .keys
            .iter()
            .map(|(key, (id, _))| (half(*key), *id))
            .collect();
        sorted.sort_unstable();
        let tx = self.db.transaction()?;
        run_insert(&tx, 0, &sorted)?;
        tx.execute(
            "UPDATE mark SET upto = max(upto, ?1) WHERE ledger = ?2",
            params![leaving.upto, self.ledger],
        )?;
        tx.commit()?;
        self.written.insert(sorted.iter().map(|(half, _)| *half));
        Ok(())
    }

    fn merge(&mut self) -> rusqlite::Result<()> {
        for size in 0..LARGEST {
            let count: i64 =
                self.db
                    .query_row("SELECT count(*) FROM run WHERE size = ?1", [size], |row| {
                        row.get(0)
                    })?;
            if count < MERGE {
                continue;
            }
            let tx = self.db.transaction()?;
            let mut all = run_entries(&tx, size)?;
            all.sort_unstable();
            tx.execute(
                "DELETE FROM run_part WHERE run IN (SELECT run FROM run WHERE size = ?1)",
                [size],
            )?;
            tx.execute("DELETE FROM run WHERE size = ?1", [size])?;
            run_insert(&tx, size + 1, &all)?;
            tx.commit()?;
        }
        Ok(())
    }
}

fn run_entries(db: &Connection, size: i64) -> rusqlite::Result<Vec<Entry>> {
    let mut all = Vec::new();
    let mut list = db.prepare_cached(
        "SELECT p.keys FROM run_part p JOIN run r ON r.run = p.run WHERE r.size = ?1",
    )?;
    let mut rows = list.query([size])?;
    while let Some(row) = rows.next()? {
        all.extend(entries(row.get_ref(0)?.as_blob()?));
    }
    Ok(all)
}

fn run_insert(db: &Connection, size: i64, sorted: &[Entry]) -> rusqlite::Result<()> {
    let new = "INSERT INTO run (run, size) VALUES (coalesce((SELECT max(run) FROM run), 0) + 1, ?1) RETURNING run";
    let run: i64 = db.query_row(new, [size], |row| row.get(0))?;
    let mut insert =
        db.prepare_cached("INSERT INTO run_part (run, first, keys) VALUES (?1, ?2, ?3)")?;
    // Equal halves must not be cut apart, or a look at one row would miss the others.
    let mut rest = sorted;
    while let Some((first, _)) = rest.first() {
        let mut cut = rest.len().min(TOGETHER);
        while cut < rest.len()
            && rest.get(cut).map(|entry| entry.0) == rest.get(cut - 1).map(|entry| entry.0)
        {
            cut += 1;
        }
        let (part, after) = rest.split_at(cut);
        let keys: Vec<u8> = part
            .iter()
            .flat_map(|(half, id)| half.to_le_bytes().into_iter().chain(id.to_le_bytes()))
            .collect();
        insert.execute(params![run, ordered(*first), keys])?;
        rest = after;
    }
    Ok(())
}

fn entries(part: &[u8]) -> impl Iterator<Item = Entry> + '_ {
    let (parts, _) = part.as_chunks::<16>();
    parts.iter().map(|entry| {
        let (half, id) = entry.split_at(8);
        let number = |bytes: &[u8]| {
            bytes
                .iter()
                .rev()
                .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte))
        };
        (number(half), number(id).cast_signed())
    })
}

fn half(key: u128) -> u64 {
    u64::try_from(key >> 64).unwrap_or(u64::MAX)
}

/// SQLite's integers are signed: the order of the halves is kept by turning the first bit.
fn ordered(half: u64) -> i64 {
    (half ^ (1 << 63)).cast_signed()
}

fn open_runs(path: &Path) -> rusqlite::Result<Connection> {
    let opened = open_schema(path);
    if opened.is_ok() {
        return opened;
    }
    // What is damaged here is made again from the journal.
    start_anew(path);
    open_schema(path)
}

fn open_schema(path: &Path) -> rusqlite::Result<Connection> {
    let db = open::writing(path, "NORMAL", 4_096)?;
    db.pragma_update_and_check(None, "wal_autocheckpoint", 4_096, |_| Ok(()))?;
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS mark (ledger TEXT PRIMARY KEY, upto INTEGER NOT NULL) STRICT, WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS run (run INTEGER PRIMARY KEY, size INTEGER NOT NULL) STRICT;
         CREATE TABLE IF NOT EXISTS run_part (run INTEGER NOT NULL, first INTEGER NOT NULL, keys BLOB NOT NULL, PRIMARY KEY (run, first)) STRICT, WITHOUT ROWID;",
    )?;
    Ok(db)
}

fn mark(db: &Connection, ledger: &str) -> rusqlite::Result<Option<i64>> {
    db.query_row("SELECT upto FROM mark WHERE ledger = ?1", [ledger], |row| {
        row.get(0)
    })
    .optional()
}

fn start_anew(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}

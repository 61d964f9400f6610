//! Balances are written behind: the accounts that changed since the last snapshot are frozen as a list, sorted, and written in slices
//! with the following commits, so that no commit waits for all of them and each page of the table is written once.

use ledger::Chain;
use rusqlite::{Connection, params};

use crate::dirty::Dirty;

/// Where the journal stood at some transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) transfer: i64,
    pub(crate) sequence: i64,
    pub(crate) chain: Chain,
}

impl Mark {
    pub(crate) const START: Mark = Mark {
        transfer: 0,
        sequence: 0,
        chain: Chain::START,
    };
}

#[derive(Debug)]
pub(crate) struct Snapshot {
    after: u64,
    /// Transfers committed since the running list was frozen, or since the last snapshot.
    since: u64,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    refs: Vec<i64>,
    /// How many of them are written and committed, and written in the running transaction.
    done: usize,
    upto: usize,
    mark: Mark,
}

impl Snapshot {
    /// Accounts written with one commit, at least.
    const SLICE: usize = 1_024;

    pub(crate) fn new(after: u64) -> Self {
        Self {
            after,
            since: 0,
            running: None,
        }
    }

    /// Inside a transaction: begins a snapshot when it is time, and writes the next slice of a running one.
    pub(crate) fn step(
        &mut self,
        db: &Connection,
        dirty: &Dirty,
        committed: Mark,
    ) -> rusqlite::Result<()> {
        if self.running.is_none() && self.since >= self.after {
            self.begin(dirty, committed);
        }
        self.slice(db, dirty, Self::SLICE)
    }

    /// Inside a transaction: writes all that is left.
    pub(crate) fn finish(
        &mut self,
        db: &Connection,
        dirty: &Dirty,
        committed: Mark,
    ) -> rusqlite::Result<()> {
        if self.running.is_some() {
            self.slice(db, dirty, usize::MAX)?;
            return Ok(());
        }
        if self.since > 0 {
            self.begin(dirty, committed);
        }
        self.slice(db, dirty, usize::MAX)
    }

    /// After the commit: moves on, and drops what readers no longer need.
    pub(crate) fn committed(&mut self, dirty: &Dirty, transfers: u64) {
        self.since = self.since.saturating_add(transfers);
        let Some(running) = &mut self.running else {
            return;
        };
        running.done = running.upto;
        if running.done == running.refs.len() {
            let mark = running.mark.transfer;
            dirty.written(&running.refs, mark);
            self.running = None;
        }
    }

    /// After a failed commit: the slice is written again with the next.
    pub(crate) fn undo(&mut self) {
        if let Some(running) = &mut self.running {
            running.upto = running.done;
        }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.running.is_none() && self.since == 0
    }

    fn begin(&mut self, dirty: &Dirty, committed: Mark) {
        self.since = 0;
        self.running = Some(Running {
            refs: dirty.refs(),
            done: 0,
            upto: 0,
            mark: committed,
        });
    }

    fn slice(&mut self, db: &Connection, dirty: &Dirty, least: usize) -> rusqlite::Result<()> {
        let Some(running) = &mut self.running else {
            return Ok(());
        };
        let count = least.max(running.refs.len() / 64);
        let end = running.done.saturating_add(count).min(running.refs.len());
        let mut put = db
            .prepare_cached("UPDATE account SET balance = ?2, last_transfer = ?3 WHERE ref = ?1")?;
        let slice = running.refs.get(running.done..end).unwrap_or_default();
        for (account, (balance, last)) in dirty.values(slice) {
            put.execute(params![account, balance, last])?;
        }
        running.upto = end;
        if end == running.refs.len() {
            mark_put(db, "snapshot", &running.mark)?;
        }
        Ok(())
    }
}

pub(crate) fn mark_put(db: &Connection, name: &str, mark: &Mark) -> rusqlite::Result<()> {
    let mut put = db.prepare_cached(
        "INSERT OR REPLACE INTO mark (name, transfer, sequence, chain) VALUES (?1, ?2, ?3, ?4)",
    )?;
    put.execute(params![
        name,
        mark.transfer,
        mark.sequence,
        mark.chain.bytes().as_slice()
    ])
    .map(|_| ())
}

pub(crate) fn mark_fetch(db: &Connection, name: &str) -> rusqlite::Result<Mark> {
    use rusqlite::OptionalExtension;
    let mut fetch =
        db.prepare_cached("SELECT transfer, sequence, chain FROM mark WHERE name = ?1")?;
    let mark = fetch.query_row([name], |row| {
        Ok(Mark {
            transfer: row.get(0)?,
            sequence: row.get(1)?,
            chain: Chain::from_bytes(row.get(2)?),
        })
    });
    Ok(mark.optional()?.unwrap_or(Mark::START))
}

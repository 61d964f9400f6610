//! One commit: decide each command on the facts as changed by those before it, write all that follows from it, answer.

mod apply;
mod facts;
mod task;
mod tell;

use std::sync::{Arc, atomic::AtomicU64};

use app::{Clock, Receipt, StoreError, Write, WriteError};
use crossbeam_channel::Sender;
use economy::{Effect, FactKey};
use ledger::{AccountKey, Detail, HolderId, TransactionId};
use posting::{State, TransferRow};
use rusqlite::Connection;

use self::tell::{Told, start_teller};
use crate::{
    change,
    dirty::Dirty,
    flows::Flows,
    insert::transfers_insert,
    intern,
    keys::Keys,
    load,
    pool::failed,
    read::{self, ReadError},
    recovery::{self, Recovered},
    snapshot::{Mark, Snapshot, mark_put},
    writer::{Answer, Request, refuse_all},
};

/// Everything that the writer owns.
pub(crate) struct Batch {
    db: Connection,
    state: State,
    keys: Keys,
    flows: Flows,
    snapshot: Snapshot,
    dirty: Arc<Dirty>,
    clock: Arc<dyn Clock>,
    committed: tokio::sync::watch::Sender<i64>,
    lost_origins: Arc<AtomicU64>,
    next_account: i64,
    pending: Pending,
    before: Before,
    /// Reused for the facts that a command names.
    named: Vec<FactKey>,
    tellers: Sender<Told>,
}

/// Decided in the running transaction and not yet written.
#[derive(Debug, Default)]
struct Pending {
    rows: Vec<TransferRow>,
    details: Vec<(i64, Detail)>,
    effects: Vec<(Effect, Option<TransactionId>, HolderId)>,
    keys: Vec<[u8; 16]>,
    transfers: u64,
    now_ms: i64,
}

/// What is needed to take the running transaction back.
#[derive(Debug, Clone, Copy)]
struct Before {
    mark: Mark,
    next_account: i64,
}

/// What a command gave before its answer can be told.
enum Outcome {
    Answer(Answer),
    /// An earlier transaction answers; it is read when all rows are written.
    Earlier(TransactionId),
}

type Sql<T> = Result<T, ReadError>;

impl Batch {
    pub(crate) fn new(parts: Parts) -> Result<Self, StoreError> {
        let Recovered {
            mark,
            last_id,
            next_account,
        } = parts.recovered;
        let mut state = State::new(last_id);
        state.sequence = mark.sequence.unsigned_abs();
        state.chain = mark.chain;
        let mut batch = Self {
            db: parts.db,
            state,
            keys: parts.keys,
            flows: Flows::default(),
            snapshot: Snapshot::new(parts.snapshot_after),
            dirty: parts.dirty,
            clock: parts.clock,
            committed: parts.committed,
            lost_origins: parts.lost_origins,
            next_account,
            pending: Pending::default(),
            before: Before { mark, next_account },
            named: Vec::new(),
            tellers: start_teller(),
        };
        batch.load_catalogue()?;
        batch.load_origins()?;
        Ok(batch)
    }

    /// Writes and answers a batch. When the database refuses something, each request is tried alone, so that one cannot spoil the others.
    pub(crate) fn process(&mut self, mut requests: Vec<Request>) {
        match self.attempt(&mut requests) {
            Ok(answers) => self.tell(requests, answers),
            Err(Failure { error, alone: true }) if requests.len() > 1 => {
                tracing::warn!(%error, "a batch was refused by the database; its commands are tried one by one");
                self.undo();
                for request in requests {
                    self.process(vec![request]);
                }
            }
            Err(Failure { error, .. }) => {
                tracing::error!(%error, commands = requests.len(), "a batch could not be written");
                self.undo();
                refuse_all(requests, &error);
            }
        }
    }

    /// The answers of all commands, one behind the other.
    fn attempt(&mut self, requests: &mut [Request]) -> Result<Vec<Answer>, Failure> {
        self.pending.now_ms = self.clock.now_ms();
        self.db
            .prepare_cached("BEGIN IMMEDIATE")
            .and_then(|mut begin| begin.raw_execute())
            .map_err(Failure::plain)?;
        self.warm(requests);
        let mut outcomes = Vec::with_capacity(requests.len());
        for request in requests.iter_mut() {
            self.one_request(request, &mut outcomes)
                .map_err(Failure::refused)?;
        }
        self.write_pending().map_err(Failure::refused)?;
        let answers = outcomes
            .into_iter()
            .map(|outcome| self.answer(outcome))
            .collect::<Sql<Vec<_>>>()
            .map_err(Failure::read)?;
        self.write_behind().map_err(Failure::read)?;
        self.commit()?;
        Ok(answers)
    }

    /// Looks at what the commands will look at: many looks in a row wait for memory together, and not one after the other.
    fn warm(&self, requests: &[Request]) {
        const FEW: usize = 8;
        if requests.len() < FEW {
            return;
        }
        let mut seen = 0;
        for request in requests {
            if let Request::One(write, _) = request {
                seen ^= self.keys.glance(write.key.bytes());
                if let economy::Command::Transfer(asked) = &write.command {
                    seen ^= self
                        .state
                        .accounts
                        .glance(AccountKey::holder(asked.from, asked.currency));
                    seen ^= self
                        .state
                        .accounts
                        .glance(AccountKey::holder(asked.to, asked.currency));
                }
            }
        }
        std::hint::black_box(seen);
    }

    fn one_request(&mut self, request: &mut Request, outcomes: &mut Vec<Outcome>) -> Sql<()> {
        match request {
            Request::One(write, _) => outcomes.push(self.one(write)?),
            Request::Many(writes, _) => {
                for write in writes {
                    outcomes.push(self.one(write)?);
                }
            }
            Request::Task(task) => self.task(&mut **task)?,
            Request::Close(_) => {}
        }
        Ok(())
    }

    // One command ------------------------------------------------------------------------------------------------------------

    fn one(&mut self, write: &Write) -> Sql<Outcome> {
        if let Some(earlier) = self.earlier(write)? {
            return Ok(earlier);
        }
        self.load_facts(write)?;
        let plan = match economy::decide(&write.command, &self.state, self.pending.now_ms) {
            Ok(plan) => plan,
            Err(refusal) => return Ok(Outcome::Answer(Err(WriteError::Refused(refusal)))),
        };
        match self.state.balances_after(&plan.legs) {
            Some(after) => self
                .apply(write, plan, &after)
                .map(|receipt| Outcome::Answer(Ok(receipt))),
            None => {
                tracing::error!(command = ?write.command, "a plan would break an invariant; it was not written");
                let doing = "checking the plan";
                Ok(Outcome::Answer(Err(StoreError::Failed {
                    doing,
                    cause: "it would break an invariant".into(),
                }
                .into())))
            }
        }
    }

    // Writing ------------------------------------------------------------------------------------------------------------------

    /// Writes what was decided so far, in the order that foreign keys want.
    fn write_pending(&mut self) -> Sql<()> {
        if !self.pending.rows.is_empty() {
            transfers_insert(&self.db, &self.pending.rows)?;
            self.pending.rows.clear();
        }
        for (id, detail) in std::mem::take(&mut self.pending.details) {
            intern::detail_insert(&self.db, id, &detail)?;
        }
        let effects = std::mem::take(&mut self.pending.effects);
        let (currencies, ids) = (&self.state.currencies, &mut self.state.ids);
        let now_ms = self.pending.now_ms;
        for (effect, transaction, actor) in &effects {
            let applying = change::Applying {
                db: &self.db,
                tx: *transaction,
                actor: *actor,
                now_ms,
                currency_ref: &|id| currencies.get(&id).map(|(currency_ref, _)| *currency_ref),
                ids: &mut || ids.next(now_ms, 1),
            };
            change::effect_apply(applying, effect)?;
        }
        Ok(())
    }

    fn answer(&self, outcome: Outcome) -> Sql<Answer> {
        match outcome {
            Outcome::Answer(answer) => Ok(answer),
            Outcome::Earlier(id) => self.replay(id),
        }
    }

    /// The first answer again.
    fn replay(&self, id: TransactionId) -> Sql<Answer> {
        let found = match read::transaction_fetch(&self.db, id) {
            Ok(found) => found,
            Err(error) => return Ok(Err(StoreError::from(error).into())),
        };
        let gone =
            || StoreError::Damaged(format!("transaction {id} is named by a key and not there"));
        Ok(found.ok_or_else(|| gone().into()).map(|past| Receipt {
            transaction: Some(past.id),
            sequence: past.sequence,
            kind: past.kind,
            transfers: past.transfers,
            remainder: past.detail.remainder,
            debt: past.detail.debt,
            replayed: true,
        }))
    }

    fn write_behind(&mut self) -> Sql<()> {
        if self.flows.due() {
            self.flows.write(&self.db)?;
            mark_put(&self.db, "flow", &self.before.mark)?;
        }
        Ok(self
            .snapshot
            .step(&self.db, &self.dirty, self.before.mark)?)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        let wrote_flows = self.flows.due();
        self.db
            .prepare_cached("COMMIT")
            .and_then(|mut commit| commit.raw_execute())
            .map_err(Failure::in_commit)?;
        if wrote_flows {
            self.flows.written();
        }
        self.flows.committed();
        self.snapshot.committed(&self.dirty, self.pending.transfers);
        self.publish();
        let last = self.last_transfer();
        self.before = Before {
            mark: self.mark(),
            next_account: self.next_account,
        };
        self.keys.settle(last);
        if self.pending.transfers > 0 {
            self.committed.send_replace(last);
        }
        self.forget();
        Ok(())
    }

    fn publish(&mut self) {
        let accounts = &mut self.state.accounts;
        let changed = self.state.touched.drain(..).map(|index| {
            let slot = accounts.slot_mut(index);
            slot.touched = false;
            (slot.account_ref, (slot.balance, slot.last))
        });
        let origins = &self.state.origins;
        let heads = self
            .state
            .used_origins
            .iter()
            .filter_map(|key| origins.get(key).map(|head| (head.origin_ref, head.last)));
        self.dirty.publish(changed, heads);
    }

    fn forget(&mut self) {
        self.pending.keys.clear();
        self.state.used_origins.clear();
        self.pending.transfers = 0;
        self.state.batch.clear();
        if self.state.accounts.are_many() {
            self.state.accounts.clear();
        }
    }

    fn mark(&self) -> Mark {
        Mark {
            transfer: self.last_transfer(),
            sequence: self.state.sequence.cast_signed(),
            chain: self.state.chain,
        }
    }

    /// The newest transfer, committed or decided.
    fn last_transfer(&self) -> i64 {
        self.state
            .used_origins
            .iter()
            .filter_map(|key| self.state.origins.get(key))
            .map(|head| head.last)
            .max()
            .unwrap_or(0)
            .max(self.before.mark.transfer)
    }

    /// Takes the running transaction back: memory is as it was before it, or empty and read again.
    pub(crate) fn undo(&mut self) {
        if !self.db.is_autocommit()
            && let Err(error) = self.db.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "could not roll back");
        }
        for key in std::mem::take(&mut self.pending.keys) {
            self.keys.remove(&key);
        }
        self.pending = Pending::default();
        self.flows.undo();
        self.snapshot.undo();
        self.state.accounts.clear();
        self.state.batch.clear();
        self.state.sequence = self.before.mark.sequence.unsigned_abs();
        self.state.chain = self.before.mark.chain;
        self.next_account = self.before.next_account;
        self.state.origins.clear();
        self.state.touched.clear();
        self.state.used_origins.clear();
        let reloaded = self.load_catalogue().and_then(|()| self.load_origins());
        if let Err(error) = reloaded {
            tracing::error!(%error, "could not read the catalogue again");
        }
    }

    /// When nobody asks: writes behind what is left, so that a restart has nothing to read again.
    pub(crate) fn quiet(&mut self) {
        for _ in 0..3 {
            if self.snapshot.is_clean() && self.flows.is_clean() {
                return;
            }
            if let Err(error) = self.write_all_behind() {
                tracing::warn!(%error, "could not write balances behind; the journal has them");
                self.undo();
                return;
            }
        }
    }

    fn write_all_behind(&mut self) -> Sql<()> {
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        self.flows.write(&self.db)?;
        mark_put(&self.db, "flow", &self.before.mark)?;
        self.snapshot
            .finish(&self.db, &self.dirty, self.before.mark)?;
        self.db.execute_batch("COMMIT")?;
        self.flows.written();
        self.snapshot.committed(&self.dirty, 0);
        Ok(())
    }

    pub(crate) fn close(&mut self) -> Result<(), StoreError> {
        self.quiet();
        self.keys.close(self.before.mark.transfer);
        self.db
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
            .map_err(failed)
    }

    // Memory -------------------------------------------------------------------------------------------------------------------

    fn load_catalogue(&mut self) -> Sql<()> {
        self.state.currencies = load::currencies(&self.db)?
            .into_iter()
            .map(|(currency_ref, currency)| (currency.id, (currency_ref, currency)))
            .collect();
        self.state.rates = load::rates(&self.db)?.into_iter().collect();
        Ok(())
    }

    fn load_origins(&mut self) -> Sql<()> {
        for (key, mut head) in recovery::origin_heads(&self.db)? {
            head.last = head
                .last
                .max(self.dirty.origin_head(head.origin_ref).unwrap_or(0));
            self.state.origins.insert(key, head);
        }
        let heads: Vec<(i64, i64)> = self
            .state
            .origins
            .values()
            .map(|head| (head.origin_ref, head.last))
            .collect();
        self.dirty.publish(std::iter::empty(), heads.into_iter());
        Ok(())
    }
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Batch(sequence {})", self.state.sequence)
    }
}

/// What a batch is made of.
pub(crate) struct Parts {
    pub(crate) db: Connection,
    pub(crate) keys: Keys,
    pub(crate) dirty: Arc<Dirty>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) committed: tokio::sync::watch::Sender<i64>,
    pub(crate) lost_origins: Arc<AtomicU64>,
    pub(crate) snapshot_after: u64,
    pub(crate) recovered: Recovered,
}

/// Why a batch was not committed.
struct Failure {
    error: StoreError,
    /// Whether one of the commands may be the reason, so that the others can be written without it.
    alone: bool,
}

impl Failure {
    fn plain(error: rusqlite::Error) -> Self {
        Self {
            error: failed(error),
            alone: false,
        }
    }

    fn read(error: ReadError) -> Self {
        Self {
            error: error.into(),
            alone: false,
        }
    }

    fn refused(error: ReadError) -> Self {
        let disk = |error: &rusqlite::Error| {
            matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::SystemIoFailure)
            )
        };
        let alone = !matches!(&error, ReadError::Sql(error) if disk(error));
        Self {
            error: error.into(),
            alone,
        }
    }

    /// A commit that failed while the disk was full wrote nothing; after any other failure nobody knows.
    fn in_commit(error: rusqlite::Error) -> Self {
        let error = match failed(error) {
            StoreError::Full => StoreError::Full,
            error @ StoreError::Unavailable { .. } => error,
            error => {
                tracing::error!(%error, "a commit failed; its outcome is not known");
                StoreError::Unknown
            }
        };
        Self {
            error,
            alone: false,
        }
    }
}

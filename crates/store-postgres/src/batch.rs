//! One commit: lock the journal's head, load what is missing, decide each command on the facts as changed by those before it, write all
//! that follows from it, answer.

mod decide;
mod effect;
mod link;
mod load;
mod write;

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use app::{Clock, StoreError};
use ledger::{Chain, TransactionId};
use posting::State;
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::{sync::watch, time::Instant};

use self::{
    decide::Pending,
    link::{Begun, Link},
};
use crate::{
    connect::Connector,
    error::{Class, Sql, SqlError},
    node::Ids,
    pool::Pool,
    read,
    writer::{self, Answer, Queue, Work},
};

/// How long a batch is tried again before those who wait are told that the database does not answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the writer looks for what became of a commit whose answer was lost. Whoever waits may not do it again before it is known.
const SEARCH: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(50);
/// With fewer commands than this the next batch rather waits for more.
const WORTH_IT: usize = 32;

/// What a command gave before its answer can be told.
#[derive(Debug)]
pub(crate) enum Outcome {
    Answer(Box<Answer>),
    /// An earlier transaction answers.
    Earlier(i64),
}

/// The row that every writer locks, as it was when memory was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    sequence: i64,
    last_transfer: i64,
    chain: Chain,
    catalogue: i64,
    standings: i64,
    batch: i64,
}

/// Everything that the writer owns.
pub(crate) struct Batch {
    connector: Connector,
    pool: Pool,
    ids: Arc<Ids>,
    clock: Arc<dyn Clock>,
    deadline: Duration,
    committed: watch::Sender<i64>,
    lost_origins: Arc<AtomicU64>,
    /// Open and doing nothing; at most two are ever needed.
    links: Vec<Link>,
    /// A transaction that was begun while the one before it was committed.
    ahead: Option<(Link, Begun)>,
    state: State,
    /// What the state is good for; nothing when memory must be read again.
    head: Option<Head>,
    /// The head as the running batch found it.
    found: Option<Head>,
    pending: Pending,
    unknown: FxHashSet<ledger::AccountKey>,
    used_keys: FxHashMap<[u8; 16], (i64, i64)>,
}

/// What a batch is made of.
pub(crate) struct Parts {
    pub(crate) connector: Connector,
    /// The writer's own, because a connection lives where it was opened.
    pub(crate) pool: Pool,
    pub(crate) ids: Arc<Ids>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) deadline: Duration,
    pub(crate) committed: watch::Sender<i64>,
    pub(crate) lost_origins: Arc<AtomicU64>,
}

/// Why a batch has no answers yet.
enum Failure {
    /// Nothing was written.
    Before(SqlError),
    /// The commit was sent and its answer is lost.
    InCommit(SqlError, Lost),
}

/// A batch that was perhaps committed.
struct Lost {
    outcomes: Vec<Outcome>,
    /// What the head says when it was.
    after: Head,
    before: Head,
    /// Shard key, id and hash of its last transfer.
    last: Option<(i64, i64, [u8; 16])>,
}

/// What became of it.
enum Fate {
    Committed,
    Not,
    /// It moved no money, and others have written since: nothing tells.
    Untold,
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Self {
        Failure::Before(error)
    }
}

impl Batch {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            connector: parts.connector,
            pool: parts.pool,
            ids: parts.ids,
            clock: parts.clock,
            deadline: parts.deadline,
            committed: parts.committed,
            lost_origins: parts.lost_origins,
            links: Vec::new(),
            ahead: None,
            state: State::new(0),
            head: None,
            found: None,
            pending: Pending::default(),
            unknown: FxHashSet::default(),
            used_keys: FxHashMap::default(),
        }
    }

    /// Writes and answers commands from the front of a queue: at least one of them.
    pub(crate) async fn process(&mut self, queue: &mut Queue) {
        let most = queue.works.len();
        self.process_at_most(queue, most).await;
    }

    /// When the database refuses something, each command is tried alone, so that one cannot spoil the others.
    async fn process_at_most(&mut self, queue: &mut Queue, most: usize) {
        let since = Instant::now();
        loop {
            let count = most.min(queue.works.len());
            let failure = match self.attempt(queue, count).await {
                Ok(outcomes) => return self.answer(queue, outcomes),
                Err(failure) => failure,
            };
            self.forget();
            let error = match failure {
                Failure::Before(error) => error,
                Failure::InCommit(error, lost) => {
                    tracing::error!(error = %error.words(), commands = lost.outcomes.len(), "the answer to a commit was lost");
                    match self.search(&lost).await {
                        Some(Fate::Committed) => return self.answer(queue, lost.outcomes),
                        Some(Fate::Not) => error,
                        Some(Fate::Untold) | None => {
                            let unknown = lost.outcomes.iter();
                            let unknown = unknown.map(|_| refused(StoreError::Unknown)).collect();
                            return self.answer(queue, unknown);
                        }
                    }
                }
            };
            match error.class() {
                Class::Retry | Class::Gone | Class::WrongNode if since.elapsed() < PATIENCE => {
                    tracing::info!(error = %error.words(), "a batch is written again");
                    tokio::time::sleep(PAUSE).await;
                }
                Class::Conflict | Class::Wrong if count > 1 => {
                    tracing::warn!(error = %error.words(), "a batch was refused by the database; its commands are tried one by one");
                    for _ in 0..count {
                        Box::pin(self.process_at_most(queue, 1)).await;
                    }
                    return;
                }
                _ => {
                    tracing::error!(error = %error.words(), commands = count, "a batch could not be written");
                    let error = StoreError::from(error);
                    let refused = (0..count).map(|_| refused(error.clone())).collect();
                    return self.answer(queue, refused);
                }
            }
        }
    }

    /// Answers the first commands. Those whose keys were used before hear what was answered then.
    fn answer(&mut self, queue: &mut Queue, outcomes: Vec<Outcome>) {
        let earlier = writer::answer(&mut queue.works, outcomes);
        if !earlier.is_empty() {
            replay(self.pool.clone(), earlier);
        }
    }

    /// Decides, writes and commits as many of the queue's first commands as one commit can take.
    async fn attempt(&mut self, queue: &mut Queue, count: usize) -> Result<Vec<Outcome>, Failure> {
        queue.works.make_contiguous();
        let (front, _) = queue.works.as_slices();
        let (mut link, begun, works) = match self.ahead.take() {
            Some((link, begun)) if begun.commands <= count => {
                let works = &front[..begun.commands];
                (link, Some(begun), works)
            }
            ahead => {
                drop(ahead);
                (self.link().await?, None, together(&front[..count]))
            }
        };
        let late = |_| SqlError::Late;
        let deadline = self.deadline;
        let prepared = self.prepare(&mut link, begun, works);
        let outcomes = tokio::time::timeout(deadline, prepared).await;
        match outcomes.map_err(late).and_then(|done| done) {
            Ok(outcomes) => self.commit(link, outcomes, queue).await,
            Err(error) => {
                self.take_back(link, &error).await;
                Err(error.into())
            }
        }
    }

    async fn link(&mut self) -> Sql<Link> {
        while let Some(link) = self.links.pop() {
            if !link.is_closed() {
                return Ok(link);
            }
        }
        Link::open(&self.connector).await
    }

    /// A connection that still answers takes its transaction back; any other one is dropped, and the server does it.
    async fn take_back(&mut self, link: Link, error: &SqlError) {
        let back = link.client.batch_execute("ROLLBACK");
        if error.class() != Class::Gone
            && matches!(tokio::time::timeout(self.deadline, back).await, Ok(Ok(())))
        {
            self.links.push(link);
        }
    }

    async fn prepare(
        &mut self,
        link: &mut Link,
        begun: Option<Begun>,
        works: &[Work],
    ) -> Sql<Vec<Outcome>> {
        self.pending = Pending::at(self.clock.now_ms());
        let begun = match begun {
            Some(begun) => begun,
            None => {
                self.intern(works).await?;
                link.begin(works).await?
            }
        };
        link.plan(begun.head.sequence).await?;
        self.meet(link, begun).await?;
        self.load(link, works).await?;
        let outcomes = self.decide(works)?;
        self.write(link).await?;
        Ok(outcomes)
    }

    async fn commit(
        &mut self,
        link: Link,
        outcomes: Vec<Outcome>,
        queue: &mut Queue,
    ) -> Result<Vec<Outcome>, Failure> {
        let after = self.after();
        let commit = tokio::time::timeout(self.deadline, link.client.batch_execute("COMMIT"));
        queue.drain();
        queue.works.make_contiguous();
        let (works, _) = queue.works.as_slices();
        let next = together(works.get(outcomes.len()..).unwrap_or_default());
        let next_link = self.next_link(next).await;
        let (committed, ahead) = tokio::join!(commit, begin_ahead(next_link, next, self.deadline));
        let committed = match committed {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(SqlError::from(error)),
            Err(_) => Err(SqlError::Late),
        };
        if let Err(error) = committed {
            // A constraint that is looked at in the end was broken: the server has said no.
            if matches!(error.class(), Class::Conflict | Class::Full) {
                return Err(error.into());
            }
            let lost = Lost {
                outcomes,
                after,
                before: self.found.unwrap_or(after),
                last: self.pending.last,
            };
            return Err(Failure::InCommit(error, lost));
        }
        self.links.push(link);
        self.ahead = ahead;
        self.publish(after);
        Ok(outcomes)
    }

    /// The connection for the commands that wait already, when they are worth it.
    async fn next_link(&mut self, next: &[Work]) -> Option<Link> {
        let known = |work: &Work| {
            self.state
                .origins
                .contains_key(&origin_key(&work.write.origin))
        };
        if next.len() < WORTH_IT || !next.iter().all(known) {
            return None;
        }
        self.link().await.ok()
    }

    /// The head as this batch leaves it.
    fn after(&self) -> Head {
        let found = self.found.unwrap_or(Head::START);
        Head {
            sequence: self.state.sequence.cast_signed(),
            last_transfer: self
                .pending
                .last
                .map_or(found.last_transfer, |(_, id, _)| id),
            chain: self.state.chain,
            standings: found.standings + i64::from(self.pending.merged),
            batch: if self.pending.is_empty() {
                found.batch
            } else {
                self.pending.batch
            },
            ..found
        }
    }

    /// What is committed is what the next batch is decided on.
    fn publish(&mut self, after: Head) {
        for index in self.state.touched.drain(..) {
            self.state.accounts.slot_mut(index).touched = false;
        }
        self.state.used_origins.clear();
        // An origin that could not be recorded is tried again.
        self.state.origins.retain(|_, head| head.origin_ref != 0);
        self.state.batch.clear();
        if self.state.accounts.len() > posting::Accounts::MOST {
            self.state.accounts.clear();
        }
        self.head = Some(after);
        self.told(after.last_transfer);
    }

    fn told(&self, last: i64) {
        self.committed.send_if_modified(|known| {
            let newer = last > *known;
            if newer {
                *known = last;
            }
            newer
        });
    }

    /// Memory is empty, and read again.
    fn forget(&mut self) {
        self.head = None;
        self.found = None;
        self.ahead = None;
        let origins = std::mem::take(&mut self.state.origins);
        self.state = State::new(0);
        // Their ids stay what they are; where they stand is read again with the head.
        self.state.origins = origins;
    }

    /// Finds out what became of a commit. The lock on the head is only to be had when the lost transaction has ended, one way or the other.
    async fn search(&mut self, lost: &Lost) -> Option<Fate> {
        let since = Instant::now();
        while since.elapsed() < SEARCH {
            match self.fate(lost).await {
                Ok(fate) => return Some(fate),
                Err(error) => {
                    tracing::warn!(error = %error.words(), "the database cannot be asked yet what became of a commit");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        None
    }

    async fn fate(&mut self, lost: &Lost) -> Sql<Fate> {
        let link = Link::open(&self.connector).await?;
        let late = |_| SqlError::Late;
        let asked = tokio::time::timeout(self.deadline, async {
            link.client.batch_execute("BEGIN").await?;
            let head = link.head_lock().await?;
            let fate = if head.batch == lost.after.batch {
                Fate::Committed
            } else if let Some((shard_key, id, hash)) = lost.last {
                match link.hash_of(shard_key, id).await? {
                    Some(found) if found == hash => Fate::Committed,
                    _ => Fate::Not,
                }
            } else if head == lost.before {
                Fate::Not
            } else {
                Fate::Untold
            };
            link.client.batch_execute("ROLLBACK").await?;
            Ok(fate)
        });
        let fate = asked.await.map_err(late).and_then(|fate| fate)?;
        self.links.push(link);
        Ok(fate)
    }

    // Between batches -------------------------------------------------------------------------------------------------------------

    /// Keeps this process's number for ids.
    pub(crate) async fn renew(&mut self) {
        let renewed = async {
            let db = self.pool.get().await?;
            self.ids.renew(&*db).await
        };
        if let Ok(Err(error)) = tokio::time::timeout(self.deadline, renewed).await {
            tracing::warn!(error = %error.words(), "the number for ids could not be renewed");
        }
    }

    /// Tells those who follow the journal what other processes wrote.
    pub(crate) async fn look(&mut self) {
        let looked = async {
            let db = self.pool.get().await?;
            read::transfer_last(&*db).await
        };
        if let Ok(Ok((last, _))) = tokio::time::timeout(self.deadline, looked).await {
            self.told(last);
        }
    }

    pub(crate) async fn close(&mut self) {
        self.links.clear();
        self.ahead = None;
        let released = async {
            let db = self.pool.get().await?;
            self.ids.release(&*db).await
        };
        let _ = tokio::time::timeout(self.deadline, released).await;
        self.pool.close();
    }
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Batch(sequence {})", self.state.sequence)
    }
}

impl Head {
    const START: Head = Head {
        sequence: 0,
        last_transfer: 0,
        chain: Chain::START,
        catalogue: 0,
        standings: 0,
        batch: 0,
    };
}

fn refused(error: StoreError) -> Outcome {
    Outcome::Answer(Box::new(Err(error.into())))
}

/// As many of the commands as may share a commit: what links two holders is decided alone, because it reads a whole wallet.
fn together(works: &[Work]) -> &[Work] {
    let alone = |work: &Work| matches!(work.write.command, economy::Command::Link(_));
    match works.iter().position(alone) {
        Some(0) => &works[..1],
        Some(first) => &works[..first],
        None => works,
    }
}

/// While one batch is committed, the next one's transaction waits for the head already: the server goes on with it at once, and looks for its
/// keys while we hear that the commit is done.
async fn begin_ahead(
    link: Option<Link>,
    next: &[Work],
    deadline: Duration,
) -> Option<(Link, Begun)> {
    let link = link?;
    let begun = tokio::time::timeout(deadline, link.begin(next)).await;
    Some((link, begun.ok()?.ok()?))
}

/// What an origin is known by before it has an id.
fn origin_key(origin: &app::origin::Origin) -> posting::OriginKey {
    (origin.site().get(), origin.digest(), origin.is_claimed())
}

/// Reads first answers again, beside the writer.
fn replay(pool: Pool, earlier: Vec<(Work, i64)>) {
    tokio::task::spawn_local(async move {
        for (work, id) in earlier {
            let answer = first_answer(&pool, id).await;
            work.answer(answer);
        }
    });
}

async fn first_answer(pool: &Pool, id: i64) -> Answer {
    let gone = || StoreError::Damaged(format!("transaction {id} is named by a key and not there"));
    let id = TransactionId::new(id).map_err(|_| gone())?;
    let db = pool.get().await.map_err(StoreError::from)?;
    let past = read::transaction_fetch(&*db, id).await;
    let past = past.map_err(StoreError::from)?.ok_or_else(gone)?;
    Ok(app::Receipt {
        transaction: Some(past.id),
        sequence: past.sequence,
        kind: past.kind,
        transfers: past.transfers,
        remainder: past.detail.remainder,
        debt: past.detail.debt,
        replayed: true,
    })
}

//! One commit: lock the journal's head, load what is missing, decide each command on the facts as changed by those before it, write all
//! that follows from it, answer.

mod decide;
mod effect;
mod game_effect;
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
use rustc_hash::FxHashSet;
use tokio::{
    sync::{oneshot, watch},
    time::Instant,
};

use self::{
    decide::{Decided, Pending},
    link::{Link, UsedKeys},
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
/// After so many batches with nobody else's between them the next one is prepared beside the one that is written.
const ALONE: u32 = 16;

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
    /// The facts as the last decided batch leaves them, committed or not.
    state: State,
    /// The head that the state is good for; nothing when memory must be read again.
    head: Option<Head>,
    /// When the last batch was committed, or the first one since then was begun: patience counts from here.
    since: Instant,
    /// How many batches in a row met the head as this process left it.
    alone: u32,
    pending: Pending,
    unknown: FxHashSet<ledger::AccountKey>,
    used_keys: UsedKeys,
    /// Of the batch that was decided last, which may not be committed yet.
    running_keys: UsedKeys,
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
    /// Nothing was written of so many commands.
    Before(SqlError, usize),
    /// The commit was sent and its answer is lost.
    InCommit(SqlError, Box<Decided>),
}

/// A batch that is decided and not committed.
struct Running {
    link: Link,
    decided: Box<Decided>,
    /// Whether its transaction has locked the head. Its balances it has written already, so that the next one waits for them and not it for
    /// the next one's.
    locked: bool,
}

/// What came of preparing a batch while another one was written.
enum Beside {
    Nothing,
    Ready(Box<Running>),
    /// Memory has a batch in it that will not be written.
    Spoiled,
}

/// What became of it.
enum Fate {
    Committed,
    Not,
    /// It moved no money, and others have written since: nothing tells.
    Untold,
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
            state: State::new(0),
            head: None,
            since: Instant::now(),
            alone: 0,
            pending: Pending::default(),
            unknown: FxHashSet::default(),
            used_keys: UsedKeys::default(),
            running_keys: UsedKeys::default(),
        }
    }

    /// Writes and answers commands from the front of a queue: at least one of them.
    pub(crate) async fn process(&mut self, queue: &mut Queue) {
        let most = queue.works.len();
        self.process_at_most(queue, most).await;
    }

    /// When the database refuses something, each command is tried alone, so that one cannot spoil the others.
    async fn process_at_most(&mut self, queue: &mut Queue, most: usize) {
        self.since = Instant::now();
        loop {
            let Err(failure) = self.attempt(queue, most).await else {
                return;
            };
            self.forget();
            let (error, commands) = match failure {
                Failure::Before(error, commands) => (error, commands),
                Failure::InCommit(error, lost) => {
                    let commands = lost.outcomes.len();
                    tracing::error!(error = %error.words(), commands, "the answer to a commit was lost");
                    match self.search(&lost).await {
                        Some(Fate::Committed) => return self.answer(queue, lost.outcomes),
                        Some(Fate::Not) => (error, commands),
                        Some(Fate::Untold) | None => {
                            return self.refuse(queue, commands, &StoreError::Unknown);
                        }
                    }
                }
            };
            match error.class() {
                Class::Retry | Class::Gone | Class::WrongNode
                    if self.since.elapsed() < PATIENCE =>
                {
                    tracing::info!(error = %error.words(), "a batch is written again");
                    if !matches!(error, SqlError::Moved) {
                        tokio::time::sleep(PAUSE).await;
                    }
                }
                Class::Conflict | Class::Wrong if commands > 1 => {
                    tracing::warn!(error = %error.words(), "a batch was refused by the database; its commands are tried one by one");
                    for _ in 0..commands {
                        Box::pin(self.process_at_most(queue, 1)).await;
                    }
                    return;
                }
                _ => {
                    tracing::error!(error = %error.words(), commands, "a batch could not be written");
                    return self.refuse(queue, commands, &StoreError::from(error));
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

    fn refuse(&mut self, queue: &mut Queue, commands: usize, error: &StoreError) {
        let refused = || Outcome::Answer(Box::new(Err(error.clone().into())));
        let refused = (0..commands).map(|_| refused()).collect();
        self.answer(queue, refused);
    }

    /// Decides, writes, commits and answers as many of the queue's first commands as one commit can take. While it is written the next
    /// batch is prepared beside it, and so on as long as commands come.
    async fn attempt(&mut self, queue: &mut Queue, most: usize) -> Result<(), Failure> {
        let count = most.min(queue.works.len());
        queue.works.make_contiguous();
        let (front, _) = queue.works.as_slices();
        let works = together(&front[..count]);
        let mut running = match self.prepare(works).await {
            Ok(running) => running,
            Err(error) => return Err(Failure::Before(error, works.len())),
        };
        loop {
            let Running {
                link,
                decided,
                locked,
            } = running;
            let (written, beside) = {
                let (tell, told) = oneshot::channel();
                let write = write_and_commit(link, &decided, locked, self.deadline, tell);
                let prepare = prepare_beside(self, queue, most, &decided, told);
                tokio::join!(write, prepare)
            };
            match written {
                Ok(link) => {
                    self.links.push(link);
                    self.since = Instant::now();
                    self.told(decided.after.last_transfer);
                    self.answer(queue, decided.outcomes);
                }
                Err((error, false)) => {
                    let commands = decided.outcomes.len();
                    return Err(Failure::Before(error, commands));
                }
                Err((error, true)) => return Err(Failure::InCommit(error, decided)),
            }
            match beside {
                Beside::Ready(next) => running = *next,
                Beside::Nothing => return Ok(()),
                Beside::Spoiled => {
                    self.forget();
                    return Ok(());
                }
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

    /// Locks the head and decides under it.
    async fn prepare(&mut self, works: &[Work]) -> Sql<Running> {
        let mut link = self.link().await?;
        let deadline = self.deadline;
        let prepared = tokio::time::timeout(deadline, async {
            self.intern(works).await?;
            let begun = link.begin(works).await?;
            link.plan(begun.head.sequence).await?;
            let head = self.meet(&link, begun).await?;
            self.load(&link, works).await?;
            let decided = self.decide(works, head)?;
            decided.accounts_write(&link, None).await?;
            Ok(decided)
        });
        match prepared.await.unwrap_or(Err(SqlError::Late)) {
            Ok(decided) => Ok(Running {
                link,
                decided: Box::new(decided),
                locked: true,
            }),
            Err(error) => {
                self.links.extend(taken_back(link, &error, deadline).await);
                Err(error)
            }
        }
    }

    /// Whether a batch may be prepared while this one is written: nobody else writes, and nothing of it changes what is not an account.
    fn may_go_on(&self, running: &Decided) -> bool {
        self.alone >= ALONE && running.effects.is_empty() && running.new.is_empty()
    }

    /// Decides the next batch on what the running one will leave, and writes its balances: all that needs no head.
    async fn prepare_beside(&mut self, next: &[Work], running: &Decided) -> Sql<Beside> {
        let known = |work: &Work| {
            let key = origin_key(&work.write.origin);
            let head = self.state.origins.get(&key);
            head.is_some_and(|head| head.last != load::UNREAD)
        };
        if next.len() < WORTH_IT || !next.iter().all(known) {
            return Ok(Beside::Nothing);
        }
        let mut link = self.link().await?;
        self.used_keys = link.begin_beside(next).await?;
        link.plan(running.after.sequence).await?;
        if !self.load_accounts(&link, next).await? {
            let back = link.client.batch_execute("ROLLBACK").await;
            self.links.extend(back.is_ok().then_some(link));
            return Ok(Beside::Nothing);
        }
        // Memory is good for nothing until all of it is decided.
        self.head = None;
        let decided = Box::new(self.decide(next, running.after)?);
        if decided.outcomes.is_empty() {
            return Ok(Beside::Nothing);
        }
        decided.accounts_write(&link, Some(running)).await?;
        Ok(Beside::Ready(Box::new(Running {
            link,
            decided,
            locked: false,
        })))
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
        self.pool.forget_idle();
        self.head = None;
        self.alone = 0;
        self.running_keys.clear();
        let origins = std::mem::take(&mut self.state.origins);
        self.state = State::new(0);
        // Their ids stay what they are; where they stand is read again with the head.
        self.state.origins = origins;
    }

    /// Finds out what became of a commit. The lock on the head is only to be had when the lost transaction has ended, one way or the other.
    async fn search(&mut self, lost: &Decided) -> Option<Fate> {
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

    async fn fate(&mut self, lost: &Decided) -> Sql<Fate> {
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
        let renewed = tokio::time::timeout(self.deadline, renewed).await;
        if let Err(error) = renewed.unwrap_or(Err(SqlError::Late)) {
            tracing::warn!(error = %error.words(), "the number for ids could not be renewed");
            self.pool.forget_idle();
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

/// As many of the commands as may share a commit: what links two holders is decided alone, because it reads a whole wallet.
fn together(works: &[Work]) -> &[Work] {
    let alone = |work: &Work| matches!(work.write.command, economy::Command::Link(_));
    match works.iter().position(alone) {
        Some(0) => &works[..1],
        Some(first) => &works[..first],
        None => works,
    }
}

/// Waits for about as many commands as the running batch has, at most until that is written, and prepares them. What a batch that is not
/// committed has changed in memory must go when it cannot be prepared to the end.
async fn prepare_beside(
    batch: &mut Batch,
    queue: &mut Queue,
    most: usize,
    running: &Decided,
    written: oneshot::Receiver<()>,
) -> Beside {
    let done = running.outcomes.len();
    if most == 1 || !batch.may_go_on(running) {
        return Beside::Nothing;
    }
    queue.gather(done + (done - done / 4), written).await;
    queue.works.make_contiguous();
    let (works, _) = queue.works.as_slices();
    let next = together(works.get(done..).unwrap_or_default());
    let deadline = batch.deadline;
    let prepared = tokio::time::timeout(deadline, batch.prepare_beside(next, running));
    match prepared.await.unwrap_or(Err(SqlError::Late)) {
        Ok(beside) => beside,
        Err(error) => {
            tracing::info!(error = %error.words(), "the next batch could not be prepared beside the running one");
            if batch.head == Some(running.after) {
                Beside::Nothing
            } else {
                Beside::Spoiled
            }
        }
    }
}

/// Writes what was decided, and commits it. An error says whether the commit was sent: then nobody knows.
async fn write_and_commit(
    link: Link,
    decided: &Decided,
    locked: bool,
    deadline: Duration,
    tell: oneshot::Sender<()>,
) -> Result<Link, (SqlError, bool)> {
    let written = tokio::time::timeout(deadline, write(&link, decided, locked));
    if let Err(error) = written.await.unwrap_or(Err(SqlError::Late)) {
        // The server does what a connection that is dropped cannot ask for.
        drop(taken_back(link, &error, deadline).await);
        return Err((error, false));
    }
    let _ = tell.send(());
    // A commit is never cancelled: a socket that does not answer in time is closed.
    let committed = tokio::time::timeout(deadline, link.client.batch_execute("COMMIT"));
    match committed.await {
        Ok(Ok(())) => Ok(link),
        Ok(Err(error)) => {
            let error = SqlError::from(error);
            // A constraint that is looked at in the end was broken: the server has said no.
            let said_no = matches!(error.class(), Class::Conflict | Class::Full);
            Err((error, !said_no))
        }
        Err(_) => Err((SqlError::Late, true)),
    }
}

async fn write(link: &Link, decided: &Decided, locked: bool) -> Sql<()> {
    if locked {
        return decided.journal_write(link).await;
    }
    let written = tokio::join!(link.head_lock(), decided.journal_write(link));
    match written {
        (Ok(head), Ok(())) if head == decided.before => Ok(()),
        // What the server did not like may come from what another process has written meanwhile.
        (Ok(_), Ok(())) => Err(SqlError::Moved),
        (Ok(head), Err(error)) if head == decided.before => Err(error),
        (Ok(_), Err(_)) => Err(SqlError::Moved),
        (Err(error), _) => Err(error),
    }
}

/// A connection that still answers, and whose server takes writes, takes its transaction back; any other one is dropped, and the server does it.
async fn taken_back(link: Link, error: &SqlError, deadline: Duration) -> Option<Link> {
    if matches!(error.class(), Class::Gone | Class::WrongNode) {
        return None;
    }
    let back = tokio::time::timeout(deadline, link.client.batch_execute("ROLLBACK")).await;
    matches!(back, Ok(Ok(()))).then_some(link)
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

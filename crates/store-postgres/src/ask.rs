//! How readers and changes use a connection: within a time that people wait, and once more when it was dead already.

use std::{
    ops::{ControlFlow, Deref, DerefMut},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use deadpool::managed::Object;
use deadpool_postgres::{ClientWrapper, Transaction};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::IsolationLevel;

use crate::{
    change::Stop,
    error::{Class, Sql, SqlError},
    pool::{Pool, Pooled},
};

/// How long somebody waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a change is tried, when another process was in its way.
const TRIES: u32 = 5;
/// How long it waits before the second time; twice as long before each one after it.
const PAUSE: Duration = Duration::from_millis(10);

/// A connection that goes back to the pool only when all was answered that was asked on it. Whoever is told to hurry and leaves, leaves
/// behind a statement that still runs, and the next one would have to wait for it.
pub(crate) struct Lent(Option<Pooled>);

impl Lent {
    pub(crate) async fn from(pool: &Pool) -> Sql<Self> {
        Ok(Self(Some(pool.get().await?)))
    }

    pub(crate) fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(unfinished) = self.0.take() {
            drop(Object::take(unfinished));
        }
    }
}

impl Deref for Lent {
    type Target = ClientWrapper;

    fn deref(&self) -> &ClientWrapper {
        self.0
            .as_ref()
            .expect("it is taken only by those who consume it")
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut ClientWrapper {
        self.0
            .as_mut()
            .expect("it is taken only by those who consume it")
    }
}

/// A read of one statement.
macro_rules! read {
    ($store:expr, $db:ident => $work:expr) => {
        Box::pin(async move {
            let mut tries = $crate::ask::Tries::begin();
            loop {
                let once = async {
                    let lent = $crate::ask::Lent::from(&$store.pool).await?;
                    let $db: &deadpool_postgres::ClientWrapper = &lent;
                    let answer = $work.await;
                    lent.give_back();
                    answer
                };
                let answer = tries.in_time(once).await;
                if let std::ops::ControlFlow::Break(answer) = tries.judge_read(&$store.pool, answer)
                {
                    break Ok(answer?);
                }
            }
        })
    };
}

/// A read of several statements, which all see one point of the ledger.
macro_rules! snapshot {
    ($store:expr, $db:ident => $work:expr) => {
        Box::pin(async move {
            let mut tries = $crate::ask::Tries::begin();
            loop {
                let once = async {
                    let mut lent = $crate::ask::Lent::from(&$store.pool).await?;
                    let answer = async {
                        let transaction = $crate::ask::snapshot_begin(&mut lent).await?;
                        let $db = &transaction;
                        let answer = $work.await?;
                        transaction.commit().await?;
                        $crate::error::Sql::Ok(answer)
                    }
                    .await;
                    lent.give_back();
                    answer
                };
                let answer = tries.in_time(once).await;
                if let std::ops::ControlFlow::Break(answer) = tries.judge_read(&$store.pool, answer)
                {
                    break Ok(answer?);
                }
            }
        })
    };
}

/// A change in a transaction of its own. It is made again when another process was in its way; each may be made twice without harm.
macro_rules! transact {
    ($store:expr, $db:ident => $work:expr) => {
        Box::pin(async move {
            let mut tries = $crate::ask::Tries::begin();
            loop {
                let once = async {
                    let mut lent = $crate::ask::Lent::from(&$store.pool).await?;
                    let answer = async {
                        let transaction = lent.transaction().await?;
                        let $db = &transaction;
                        let answer = $work.await?;
                        tries.commit(transaction).await?;
                        Result::<_, $crate::change::Stop>::Ok(answer)
                    }
                    .await;
                    lent.give_back();
                    answer
                };
                let answer = tries.in_time(once).await;
                if let std::ops::ControlFlow::Break(answer) =
                    tries.judge_write(&$store.pool, answer).await
                {
                    break Ok(answer?);
                }
            }
        })
    };
}

pub(crate) use {read, snapshot, transact};

pub(crate) async fn snapshot_begin(db: &mut ClientWrapper) -> Sql<Transaction<'_>> {
    let begin = db
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true);
    Ok(begin.start().await?)
}

/// How often something was tried, and until when it may be.
pub(crate) struct Tries {
    deadline: Instant,
    tried: u32,
    pause: Duration,
    /// Whether a commit was sent whose answer never came.
    committing: AtomicBool,
}

impl Tries {
    pub(crate) fn begin() -> Self {
        Self {
            deadline: Instant::now() + PATIENCE,
            tried: 0,
            pause: PAUSE,
            committing: AtomicBool::new(false),
        }
    }

    pub(crate) async fn in_time<T, E: From<SqlError>>(
        &self,
        once: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        timeout_at(self.deadline, once)
            .await
            .unwrap_or_else(|_| Err(SqlError::Late.into()))
    }

    pub(crate) async fn commit(&self, transaction: Transaction<'_>) -> Sql<()> {
        // One that was sent before and never answered stays unknown, whatever becomes of this one.
        let before = self.committing.swap(true, Ordering::Relaxed);
        let committed = transaction.commit().await;
        let known = match &committed {
            Ok(()) => true,
            Err(error) => Class::of(error) != Class::Gone,
        };
        if known {
            self.committing.store(before, Ordering::Relaxed);
        }
        Ok(committed?)
    }

    /// Asks once more when the connection was dead: those in the pool all are after the server was started anew.
    pub(crate) fn judge_read<T>(&mut self, pool: &Pool, answer: Sql<T>) -> ControlFlow<Sql<T>> {
        self.tried += 1;
        match answer {
            Err(error) if self.tried == 1 && was_dead(&error) => {
                pool.forget_idle();
                ControlFlow::Continue(())
            }
            answer => ControlFlow::Break(answer),
        }
    }

    pub(crate) async fn judge_write<T>(
        &mut self,
        pool: &Pool,
        answer: Result<T, Stop>,
    ) -> ControlFlow<Result<T, Stop>> {
        let error = match answer {
            Err(Stop::Failed(error)) => error,
            answer => return ControlFlow::Break(answer),
        };
        self.tried += 1;
        let again = match error.class() {
            Class::Retry => true,
            Class::Conflict => error.is_unique(),
            Class::Gone => was_dead(&error) && self.tried == 1,
            // Another host of the URL may have taken over.
            Class::WrongNode => self.tried == 1,
            Class::Full | Class::Wrong => false,
        };
        if !again || self.tried == TRIES || Instant::now() + self.pause >= self.deadline {
            let unknown = self.committing.load(Ordering::Relaxed);
            let error = if unknown { SqlError::Unknown } else { error };
            return ControlFlow::Break(Err(Stop::Failed(error)));
        }
        if matches!(error.class(), Class::Gone | Class::WrongNode) {
            pool.forget_idle();
        }
        tracing::debug!(error = %error.words(), tried = self.tried, "a change is made again");
        tokio::time::sleep(self.pause).await;
        self.pause *= 2;
        ControlFlow::Continue(())
    }
}

/// Whether another connection may be better. A server that is not reached or not free is not asked again at once.
fn was_dead(error: &SqlError) -> bool {
    matches!(error, SqlError::Postgres(_)) && error.class() == Class::Gone
}

//! The thread that owns the file: it takes all that waits, writes it, commits once, and answers.

use std::{any::Any, time::Duration};

use app::{Receipt, StoreError, Write, WriteError};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::batch::Batch;

/// The most commands that one commit takes.
const MOST: usize = 8_192;
/// How long the thread waits for work before it writes behind what is left.
const QUIET: Duration = Duration::from_millis(200);

pub(crate) type Answer = Result<Receipt, WriteError>;

/// What waits for the writer.
pub(crate) enum Request {
    One(Box<Write>, oneshot::Sender<Answer>),
    Many(Vec<Write>, oneshot::Sender<Vec<Answer>>),
    Task(Box<dyn Task>),
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// A change of what is no money, run inside the writer's transaction.
pub(crate) trait Task: Send {
    /// Does the work; false takes back what it wrote. It may be run again when the whole batch has to be.
    fn run(&mut self, scope: &mut Scope<'_>) -> bool;
    /// Tells whoever waits, after the commit or its failure.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// What a task may use.
pub(crate) struct Scope<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) now_ms: i64,
    pub(crate) new_id: &'a mut dyn FnMut() -> i64,
    pub(crate) origin: &'a mut dyn FnMut(&app::origin::Origin) -> i64,
    pub(crate) touched: crate::change::Touched,
}

/// A task made of a function and of whom to tell.
pub(crate) struct Job<T, E, F> {
    pub(crate) work: F,
    pub(crate) result: Option<Result<T, E>>,
    pub(crate) tell: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Task for Job<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnMut(&mut Scope<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, scope: &mut Scope<'_>) -> bool {
        let result = (self.work)(scope);
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let result = match (self.result, outcome) {
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Err(error)) => Err(error.into()),
            (Some(result), Ok(())) => result,
            (None, Ok(())) => Err(StoreError::Closed.into()),
        };
        let _ = self.tell.send(result);
    }
}

/// Runs until it is told to close or nobody can ask any more.
pub(crate) fn run(mut batch: Batch, requests: &Receiver<Request>) {
    let mut waiting = Vec::new();
    loop {
        match requests.recv_timeout(QUIET) {
            Ok(request) => waiting.push(request),
            Err(RecvTimeoutError::Timeout) => {
                batch.quiet();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
        take_more(&mut waiting, requests);
        let close = take_close(&mut waiting);
        guarded(&mut batch, std::mem::take(&mut waiting));
        if let Some(close) = close {
            let _ = close.send(batch.close());
            return;
        }
    }
    let _ = batch.close();
}

fn take_more(waiting: &mut Vec<Request>, requests: &Receiver<Request>) {
    let mut commands: usize = waiting.iter().map(weight).sum();
    while commands < MOST {
        let Ok(request) = requests.try_recv() else {
            return;
        };
        commands += weight(&request);
        waiting.push(request);
    }
}

fn weight(request: &Request) -> usize {
    match request {
        Request::Many(writes, _) => writes.len(),
        _ => 1,
    }
}

fn take_close(waiting: &mut Vec<Request>) -> Option<oneshot::Sender<Result<(), StoreError>>> {
    let at = waiting
        .iter()
        .position(|request| matches!(request, Request::Close(_)))?;
    // What came after the order to close is refused by its dropped answer.
    let rest = waiting.split_off(at);
    rest.into_iter().find_map(|request| match request {
        Request::Close(tell) => Some(tell),
        _ => None,
    })
}

/// A panic in a decision must not end the writer: those who wait hear that the outcome is not known, and the state is read again.
fn guarded(batch: &mut Batch, requests: Vec<Request>) {
    let outcome =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| batch.process(requests)));
    if let Err(panic) = outcome {
        tracing::error!(
            panic = panic_text(&*panic),
            "the writer panicked; its state is read again from the file"
        );
        batch.undo();
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Answers everybody in a batch with one failure.
pub(crate) fn refuse_all(requests: Vec<Request>, error: &StoreError) {
    for request in requests {
        match request {
            Request::One(_, tell) => drop(tell.send(Err(error.clone().into()))),
            Request::Many(writes, tell) => {
                drop(tell.send(writes.iter().map(|_| Err(error.clone().into())).collect()))
            }
            Request::Task(task) => task.answer(Err(error.clone())),
            Request::Close(tell) => drop(tell.send(Err(error.clone()))),
        }
    }
}

//! The thread that writes money: it takes all that waits in this process, writes it, commits once, and answers.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, thread::JoinHandle, time::Duration};

use app::{Receipt, StoreError, Write, WriteError};
use tokio::sync::{mpsc, oneshot};

use crate::{
    batch::{Batch, Outcome},
    node,
};

/// The most commands that one commit takes.
const MOST: usize = 4_096;
/// How often a process looks whether others have written, for those who follow the journal.
const LOOK: Duration = Duration::from_millis(200);

pub(crate) type Answer = Result<Receipt, WriteError>;

/// What waits for the writer.
pub(crate) enum Request {
    One(Box<Write>, oneshot::Sender<Answer>),
    Many(Vec<Write>, oneshot::Sender<Vec<Answer>>),
    Close(oneshot::Sender<()>),
}

/// The way to the writer, from any task.
#[derive(Debug)]
pub(crate) struct Writer {
    requests: mpsc::UnboundedSender<Request>,
    thread: std::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread. What it needs is made on it, because connections live where they were opened.
    pub(crate) fn start(batch: Batch) -> std::io::Result<Self> {
        let (requests, waiting) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = std::thread::Builder::new()
            .name("scrip-writer".into())
            .spawn(move || {
                let here = tokio::task::LocalSet::new();
                here.block_on(&runtime, run(batch, waiting));
            })?;
        Ok(Self {
            requests,
            thread: std::sync::Mutex::new(Some(thread)),
        })
    }

    pub(crate) fn execute(&self, write: Write) -> app::BoxFuture<'static, Answer> {
        let (tell, told) = oneshot::channel();
        let sent = self.requests.send(Request::One(Box::new(write), tell));
        Box::pin(async move {
            sent.map_err(|_| StoreError::Closed)?;
            told.await
                .unwrap_or_else(|_| Err(StoreError::Unknown.into()))
        })
    }

    pub(crate) fn execute_many(&self, writes: Vec<Write>) -> app::BoxFuture<'static, Vec<Answer>> {
        let count = writes.len();
        let (tell, told) = oneshot::channel();
        let sent = self.requests.send(Request::Many(writes, tell));
        let all = move |error: StoreError| (0..count).map(|_| Err(error.clone().into())).collect();
        Box::pin(async move {
            if sent.is_err() {
                return all(StoreError::Closed);
            }
            told.await.unwrap_or_else(|_| all(StoreError::Unknown))
        })
    }

    /// Writes what waits, and ends the thread.
    pub(crate) async fn close(&self) {
        let (tell, told) = oneshot::channel();
        if self.requests.send(Request::Close(tell)).is_ok() {
            let _ = told.await;
        }
        let thread = self.thread.lock().ok().and_then(|mut held| held.take());
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// A command with the one who waits for it.
pub(crate) struct Work {
    pub(crate) write: Box<Write>,
    tell: Tell,
}

enum Tell {
    One(oneshot::Sender<Answer>),
    Part(Rc<RefCell<Gathered>>, usize),
}

/// The answers to commands that came together: told when the last one is there.
struct Gathered {
    answers: Vec<Option<Answer>>,
    tell: Option<oneshot::Sender<Vec<Answer>>>,
    left: usize,
}

impl Work {
    pub(crate) fn answer(self, answer: Answer) {
        match self.tell {
            Tell::One(tell) => drop(tell.send(answer)),
            Tell::Part(gathered, place) => {
                let mut gathered = gathered.borrow_mut();
                if let Some(slot) = gathered.answers.get_mut(place) {
                    *slot = Some(answer);
                }
                gathered.left = gathered.left.saturating_sub(1);
                if gathered.left == 0
                    && let Some(tell) = gathered.tell.take()
                {
                    let answers = std::mem::take(&mut gathered.answers);
                    let _ = tell.send(answers.into_iter().flatten().collect());
                }
            }
        }
    }
}

/// What waits for the writer, in its order.
pub(crate) struct Queue {
    pub(crate) works: VecDeque<Work>,
    closing: Vec<oneshot::Sender<()>>,
    waiting: mpsc::UnboundedReceiver<Request>,
}

impl Queue {
    /// Takes what has come in the meantime, up to what one commit takes.
    pub(crate) fn drain(&mut self) {
        while self.works.len() < MOST
            && let Ok(request) = self.waiting.try_recv()
        {
            self.take(request);
        }
    }

    /// Takes what comes until so many commands wait or the other thing has happened.
    pub(crate) async fn gather(&mut self, enough: usize, mut other: oneshot::Receiver<()>) {
        self.drain();
        while self.works.len() < enough {
            tokio::select! {
                biased;
                _ = &mut other => return self.drain(),
                request = self.waiting.recv() => match request {
                    Some(request) => self.take(request),
                    None => return,
                },
            }
            self.drain();
        }
    }

    fn take(&mut self, request: Request) {
        match request {
            Request::One(write, tell) => self.works.push_back(Work {
                write,
                tell: Tell::One(tell),
            }),
            Request::Many(writes, tell) if writes.is_empty() => drop(tell.send(Vec::new())),
            Request::Many(writes, tell) => {
                let gathered = Rc::new(RefCell::new(Gathered {
                    answers: writes.iter().map(|_| None).collect(),
                    left: writes.len(),
                    tell: Some(tell),
                }));
                for (place, write) in writes.into_iter().enumerate() {
                    self.works.push_back(Work {
                        write: Box::new(write),
                        tell: Tell::Part(Rc::clone(&gathered), place),
                    });
                }
            }
            Request::Close(tell) => self.closing.push(tell),
        }
    }

    /// Nobody is answered who comes from now on.
    async fn end(&mut self) {
        self.waiting.close();
        while let Some(request) = self.waiting.recv().await {
            self.take(request);
        }
        for work in self.works.drain(..) {
            work.answer(Err(StoreError::Closed.into()));
        }
    }
}

/// Runs until it is told to close or nobody can ask any more.
async fn run(mut batch: Batch, waiting: mpsc::UnboundedReceiver<Request>) {
    let mut queue = Queue {
        works: VecDeque::new(),
        closing: Vec::new(),
        waiting,
    };
    let mut renew = tokio::time::interval(node::RENEW);
    let mut look = tokio::time::interval(LOOK);
    for interval in [&mut renew, &mut look] {
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    }
    while queue.closing.is_empty() {
        tokio::select! {
            // The number for ids first: without it nothing can be written.
            biased;
            _ = renew.tick() => batch.renew().await,
            request = queue.waiting.recv() => match request {
                Some(request) => queue.take(request),
                None => break,
            },
            _ = look.tick() => batch.look().await,
        }
        queue.drain();
        while !queue.works.is_empty() {
            batch.process(&mut queue).await;
        }
    }
    queue.end().await;
    batch.close().await;
    for tell in queue.closing {
        let _ = tell.send(());
    }
}

/// Answers the first commands of a queue; gives back those that an earlier transaction answers.
pub(crate) fn answer(works: &mut VecDeque<Work>, outcomes: Vec<Outcome>) -> Vec<(Work, i64)> {
    let mut earlier = Vec::new();
    for outcome in outcomes {
        let Some(work) = works.pop_front() else { break };
        match outcome {
            Outcome::Answer(answer) => work.answer(*answer),
            Outcome::Earlier(id) => earlier.push((work, id)),
        }
    }
    earlier
}

//! Many events at once, those of one thing in order.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    future::Future,
    hash::Hash,
    pin::Pin,
};

use tokio::task::{Id, JoinSet};

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Work that runs at once, except that work with one key runs in the order in which it came.
///
/// It also knows how far everything is done: [`Ordered::done_before`].
#[derive(Debug)]
pub(crate) struct Ordered<K> {
    running: JoinSet<()>,
    tasks: HashMap<Id, (K, u64)>,
    /// A key is here while its work runs.
    waiting: HashMap<K, VecDeque<Waiting>>,
    /// The numbers of all work that is not done, with how often each is there: a replayed event has the number of the first.
    unfinished: BTreeMap<u64, u32>,
    unfinished_count: usize,
}

struct Waiting(u64, Work);

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Waiting({})", self.0)
    }
}

impl<K: Clone + Eq + Hash> Ordered<K> {
    pub(crate) fn new() -> Self {
        Self {
            running: JoinSet::new(),
            tasks: HashMap::new(),
            waiting: HashMap::new(),
            unfinished: BTreeMap::new(),
            unfinished_count: 0,
        }
    }

    pub(crate) fn push(
        &mut self,
        key: K,
        number: u64,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        *self.unfinished.entry(number).or_default() += 1;
        self.unfinished_count += 1;
        let work: Work = Box::pin(work);
        if let Some(queue) = self.waiting.get_mut(&key) {
            queue.push_back(Waiting(number, work));
        } else {
            self.waiting.insert(key.clone(), VecDeque::new());
            self.start(key, number, work);
        }
    }

    fn start(&mut self, key: K, number: u64, work: Work) {
        let task = self.running.spawn(work);
        self.tasks.insert(task.id(), (key, number));
    }

    /// Waits until some work is done and starts what waited for it; `None` when nothing runs.
    pub(crate) async fn next_done(&mut self) -> Option<()> {
        let task = match self.running.join_next_with_id().await? {
            Ok((task, ())) => task,
            Err(failed) => {
                tracing::error!(%failed, "an event's handler broke off");
                failed.id()
            }
        };
        if let Some((key, number)) = self.tasks.remove(&task) {
            self.finished(number);
            self.start_next(key);
        }
        Some(())
    }

    fn start_next(&mut self, key: K) {
        let next = self.waiting.get_mut(&key).and_then(VecDeque::pop_front);
        match next {
            Some(Waiting(number, work)) => self.start(key, number, work),
            None => {
                self.waiting.remove(&key);
            }
        }
    }

    fn finished(&mut self, number: u64) {
        self.unfinished_count -= 1;
        if let Some(times) = self.unfinished.get_mut(&number) {
            *times -= 1;
            if *times == 0 {
                self.unfinished.remove(&number);
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.unfinished_count
    }

    /// The greatest number, at most `newest`, up to which everything is done.
    pub(crate) fn done_before(&self, newest: u64) -> u64 {
        let first = self.unfinished.keys().next();
        first.map_or(newest, |first| newest.min(first.saturating_sub(1)))
    }

    pub(crate) async fn drain(&mut self) {
        while self.next_done().await.is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn work_of_one_key_keeps_its_order_and_others_overtake_it() {
        let mut ordered = Ordered::new();
        let (free, wait) = oneshot::channel::<()>();
        let log = Arc::new(Mutex::new(Vec::new()));
        let note = |what: &'static str| {
            let log = Arc::clone(&log);
            async move { log.lock().unwrap().push(what) }
        };
        let (first, second, other) = (note("add"), note("remove"), note("other"));
        ordered.push("slow", 5, async move {
            wait.await.unwrap();
            first.await;
        });
        ordered.push("slow", 6, second);
        ordered.push("quick", 7, other);
        assert_eq!((ordered.len(), ordered.done_before(7)), (3, 4));

        ordered.next_done().await;
        assert_eq!(
            ordered.done_before(7),
            4,
            "the first one still holds its place"
        );
        free.send(()).unwrap();
        ordered.next_done().await;
        assert_eq!(ordered.done_before(7), 5);
        ordered.drain().await;
        assert_eq!((ordered.len(), ordered.done_before(7)), (0, 7));
        assert_eq!(*log.lock().unwrap(), ["other", "add", "remove"]);
    }

    #[tokio::test]
    async fn a_handler_that_panics_does_not_stop_the_next() {
        let mut ordered = Ordered::new();
        ordered.push(1, 1, async { panic!("on purpose") });
        let (sent, got) = oneshot::channel();
        ordered.push(1, 2, async move { sent.send(()).unwrap() });
        ordered.drain().await;
        assert_eq!(got.await, Ok(()));
        assert_eq!(ordered.done_before(2), 2);
    }

    #[tokio::test]
    async fn a_new_session_counts_from_one_while_old_work_still_runs() {
        let mut ordered = Ordered::new();
        ordered.push(1, 900, std::future::pending());
        assert_eq!(ordered.done_before(5), 5);
    }
}

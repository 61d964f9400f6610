use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

/// The one lock around a world, and the bell that rings whenever something in it changed.
pub struct Shared<W> {
    world: Arc<Mutex<W>>,
    changes: Arc<watch::Sender<u64>>,
}

impl<W> Shared<W> {
    pub fn new(world: W) -> Self {
        Self {
            world: Arc::new(Mutex::new(world)),
            changes: Arc::new(watch::Sender::new(0)),
        }
    }

    pub fn read<R>(&self, look: impl FnOnce(&W) -> R) -> R {
        look(&self.lock())
    }

    pub fn change<R>(&self, act: impl FnOnce(&mut W) -> R) -> R {
        let result = act(&mut self.lock());
        self.changes.send_modify(|count| *count += 1);
        result
    }

    /// Looks again after every change, until `look` finds something or the time is over.
    pub async fn wait_for<R>(
        &self,
        limit: Duration,
        mut look: impl FnMut(&W) -> Option<R>,
    ) -> Option<R> {
        let mut changes = self.changes.subscribe();
        let searching = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = self.read(&mut look) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(limit, searching).await.ok().flatten()
    }

    // A test that panicked while holding the lock has failed already; the others may go on looking.
    fn lock(&self) -> MutexGuard<'_, W> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// Derived, it would ask for a world that can be cloned.
impl<W> Clone for Shared<W> {
    fn clone(&self) -> Self {
        Self {
            world: Arc::clone(&self.world),
            changes: Arc::clone(&self.changes),
        }
    }
}

impl<W: fmt::Debug> fmt::Debug for Shared<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("world", &self.world)
            .finish_non_exhaustive()
    }
}

//! The one lock around the world, and the bell that rings whenever something in it changed.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use crate::world::World;

#[derive(Clone, Debug)]
pub struct Shared {
    world: Arc<Mutex<World>>,
    changes: Arc<watch::Sender<u64>>,
}

impl Shared {
    pub fn new(world: World) -> Self {
        Self {
            world: Arc::new(Mutex::new(world)),
            changes: Arc::new(watch::Sender::new(0)),
        }
    }

    pub fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&self.lock())
    }

    pub fn change<R>(&self, act: impl FnOnce(&mut World) -> R) -> R {
        let result = act(&mut self.lock());
        self.changes.send_modify(|count| *count += 1);
        result
    }

    /// Looks again after every change, until `look` finds something or the time is over.
    pub async fn wait_for<R>(
        &self,
        limit: Duration,
        mut look: impl FnMut(&World) -> Option<R>,
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
    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

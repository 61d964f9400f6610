//! What most checks begin with: a group with three currencies, and two people.

use std::sync::Arc;

use app::{Clock, SystemClock};
use ledger::{Currency, HolderId};

use super::Opener;
use crate::world::World;

pub(super) struct Town {
    pub(super) world: World,
    pub(super) tea: Currency,
    /// Two decimals.
    pub(super) jam: Currency,
    pub(super) alice: HolderId,
    pub(super) bob: HolderId,
}

impl Town {
    pub(super) async fn open(opener: &Arc<dyn Opener>) -> Self {
        Self::open_at(opener, Arc::new(SystemClock)).await
    }

    pub(super) async fn open_at(opener: &Arc<dyn Opener>, clock: Arc<dyn Clock>) -> Self {
        let store = opener.open(Arc::clone(&clock)).await;
        let world = World::new(store, clock).await;
        let group = world.group("kitchen").await;
        let tea = world.currency(&group, "tea", 0).await;
        let jam = world.currency(&group, "jam", 2).await;
        world.rate(&tea, &jam, "3/2").await;
        let [alice, bob] = world.people().await;
        Self {
            world,
            tea,
            jam,
            alice,
            bob,
        }
    }

    /// Ends a check: all is as it must be.
    pub(super) async fn end(self) {
        self.world.audited().await;
        self.world.store().close().await.expect("the store closes");
    }
}

//! A change of what is no money, between commands.

use std::sync::atomic::Ordering;

use app::origin::Origin;

use super::{Batch, Sql};
use crate::{
    change, intern, read,
    writer::{Scope, Task},
};

impl Batch {
    pub(super) fn task(&mut self, task: &mut dyn Task) -> Sql<()> {
        self.write_pending()?;
        self.db.execute_batch("SAVEPOINT task")?;
        let (state, db, lost) = (&mut self.state, &self.db, &self.lost_origins);
        let now_ms = self.pending.now_ms;
        let ids = &mut state.ids;
        let mut new_id = || ids.next(now_ms, 1);
        let mut origin = |origin: &Origin| {
            intern::origin_ensure(db, origin).map_or_else(
                |_| {
                    lost.fetch_add(1, Ordering::Relaxed);
                    0
                },
                |head| head.origin_ref,
            )
        };
        let mut scope = Scope {
            db,
            now_ms,
            new_id: &mut new_id,
            origin: &mut origin,
            touched: change::Touched::default(),
        };
        let keep = task.run(&mut scope);
        let touched = scope.touched;
        self.db.execute_batch(if keep {
            "RELEASE task"
        } else {
            "ROLLBACK TO task; RELEASE task"
        })?;
        if keep && (touched.currencies || touched.rates) {
            self.load_catalogue()?;
        }
        if let (true, Some(holder)) = (keep, touched.standing) {
            let standing = read::holder_standing(&self.db, holder)?.unwrap_or_default();
            self.state.accounts.set_standing(holder, standing);
        }
        Ok(())
    }
}

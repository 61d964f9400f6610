use app::{Fence, NewBatch};

use crate::{
    Config, Due, Step, Trouble, due,
    settlement::{Inner, Turn},
};

impl Inner {
    pub(super) async fn form_when_due(&self, fence: &Fence) -> Result<Turn, Trouble> {
        let waiting = self.app.store().rewards_waiting().await?;
        let now_ms = self.app.clock().now_ms();
        match due(waiting, now_ms, &self.config.due_settings()) {
            Due::Never => Ok(Turn::Idle { until_ms: None }),
            Due::At(time_ms) => Ok(Turn::Idle {
                until_ms: Some(time_ms),
            }),
            Due::Now => self.step(Step::Formed, || self.form(fence)).await,
        }
    }

    async fn form(&self, fence: &Fence) -> Result<Turn, Trouble> {
        let open = self.app.store().batches_open().await?.len();
        if open >= self.config.in_flight {
            return Ok(Turn::Waits);
        }
        let formed = self.app.store().batch_form(fence.clone(), self.new_batch());
        match formed.await? {
            Some(batch) => {
                tracing::debug!(%batch, "a batch is formed");
                Ok(Turn::Moved)
            }
            None => Ok(Turn::Idle { until_ms: None }),
        }
    }

    fn new_batch(&self) -> NewBatch {
        let most = self.live().most.unwrap_or(self.config.batch_actions);
        let with_collections = !self.config.collections.is_empty();
        NewBatch {
            most,
            most_achievements: if with_collections {
                most.min(Config::ITEMS_MOST)
            } else {
                0
            },
            most_refunds: most,
        }
    }
}

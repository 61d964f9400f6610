//! From the queue to the chain. Each step can be repeated, and begins from what the ledger keeps.

mod form;
mod outgoing;
mod send;
mod settle;
mod sign;

use app::{BatchState, BatchWork, Fence, RewardLine};

pub(crate) use send::Resend;
pub(crate) use sign::cost;

use crate::{Trouble, settlement::Inner, settlement::Turn};

impl Inner {
    pub(crate) async fn reward_turn(&self, fence: &Fence) -> Result<Turn, Trouble> {
        let open = self.app.store().batches_open().await?;
        let mut moved = false;
        let mut trouble = None;
        for work in &open {
            match self.advance(fence, work, &open).await {
                Ok(turn) => moved |= turn == Turn::Moved,
                Err(stopped @ Trouble::Stopped(_)) => return Err(stopped),
                // The others need not wait for this one.
                Err(other) => trouble = Some(other),
            }
        }
        self.forget_ended(&open);
        if open.len() < self.config.in_flight {
            let formed = self.form_when_due(fence).await?;
            if open.is_empty() || formed == Turn::Moved {
                return trouble.map_or(Ok(formed), Err);
            }
        }
        let turn = if moved { Turn::Moved } else { Turn::Waits };
        trouble.map_or(Ok(turn), Err)
    }

    async fn advance(
        &self,
        fence: &Fence,
        work: &BatchWork,
        open: &[BatchWork],
    ) -> Result<Turn, Trouble> {
        match work.batch.state {
            BatchState::Formed => self.sign_batch(fence, work, open).await,
            BatchState::Signed | BatchState::Sent => self.send_until_landed(fence, work).await,
            BatchState::Landed => self.settle_batch(fence, work).await,
            BatchState::Done | BatchState::Expired => Ok(Turn::Waits),
        }
    }

    fn forget_ended(&self, open: &[BatchWork]) {
        let is_open = |id| open.iter().any(|work| work.batch.id == id);
        self.live().resends.retain(|id, _| is_open(*id));
    }
}

/// A batch's own rewards, in the order of their ids. They are the same from its forming to its end.
pub(crate) fn rewards_of(work: &BatchWork) -> Vec<&RewardLine> {
    let lines = work.rewards.iter();
    lines
        .filter(|line| line.batch == Some(work.batch.id))
        .collect()
}

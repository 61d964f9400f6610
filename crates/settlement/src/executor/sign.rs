use std::collections::BTreeMap;

use app::{BatchMessage, BatchSigned, BatchState, BatchWork, Fence};
use economy::OwedKind;
use ledger::{AchievementId, BatchId};
use ton::{
    OutMessage,
    highload::{QueryId, SELF_VALUE},
    toncenter::AccountStatus,
};

use super::{
    outgoing::{FEE_MOST, Indexes, value_of},
    rewards_of,
};
use crate::{
    Step, Trouble,
    address::kept_hash,
    plan::{Item, Parcel, Planned, plan},
    settlement::{Inner, Part, Turn},
    status::LowFunds,
};

/// The wallet refuses a message from the future, and its own clock is the last block's.
const BACKDATED_SECS: u32 = 30;

fn query_of(batch: BatchId) -> QueryId {
    QueryId::of(batch.get().unsigned_abs())
}

struct GivenOut {
    indexes: Indexes,
    next: BTreeMap<AchievementId, u64>,
}

impl Inner {
    pub(super) async fn sign_batch(
        &self,
        fence: &Fence,
        work: &BatchWork,
        open: &[BatchWork],
    ) -> Result<Turn, Trouble> {
        let planned = plan(&rewards_of(work), &self.sendable());
        if let Some(why) = planned.left.first() {
            self.alarm(Part::Rewards, why.to_string());
        }
        if planned.parcels.is_empty() {
            let why = planned.left.first().map(ToString::to_string);
            return self.give_up(fence, work.batch.id, why).await;
        }
        let funded = self.step(Step::Funded, || self.is_funded(&planned, open));
        if !funded.await? {
            return Ok(Turn::Waits);
        }
        // Another ledger may have used this wallet before, or this one in days that a restored backup does not know.
        if self
            .wallet_has_processed(query_of(work.batch.id).value())
            .await?
        {
            let why = "the wallet has taken another message by its number";
            return self.give_up(fence, work.batch.id, Some(why.into())).await;
        }
        let sign = || self.sign_and_keep(fence, work, &planned, open);
        self.step(Step::Signed, sign).await
    }

    /// Whether the wallet has what these messages need, and those that are on their way.
    async fn is_funded(&self, planned: &Planned, open: &[BatchWork]) -> Result<bool, Trouble> {
        let on_the_way = open
            .iter()
            .filter(|other| matches!(other.batch.state, BatchState::Signed | BatchState::Sent));
        let on_the_way = on_the_way
            .map(|other| cost(&plan(&rewards_of(other), &self.sendable()).parcels))
            .fold(0, u128::saturating_add);
        let needed = cost(&planned.parcels).saturating_add(on_the_way);
        self.has(needed).await
    }

    pub(super) async fn has(&self, needed: u128) -> Result<bool, Trouble> {
        let needed = needed.saturating_add(self.config.low_balance);
        let account = self.config.client.account(self.config.wallet.address());
        let balance = account.await?.balance;
        let low = (balance < needed).then_some(LowFunds { balance, needed });
        let before = std::mem::replace(&mut self.live().low, low);
        match (before, low) {
            (None, Some(low)) => tracing::error!(
                balance = low.balance,
                needed = low.needed,
                "the wallet has too little to send rewards; the queue waits"
            ),
            (Some(_), None) => tracing::info!(balance, "the wallet is filled again"),
            _ => {}
        }
        Ok(low.is_none())
    }

    async fn sign_and_keep(
        &self,
        fence: &Fence,
        work: &BatchWork,
        planned: &Planned,
        open: &[BatchWork],
    ) -> Result<Turn, Trouble> {
        let batch = work.batch.id;
        let given = self.give_out_indexes(work, planned, open).await?;
        let messages = planned.parcels.iter().enumerate();
        let messages: Option<Vec<OutMessage>> = messages
            .map(|(position, parcel)| self.message(batch, position, parcel, &given.indexes))
            .collect();
        let messages = messages.ok_or_else(|| Trouble::Batch {
            batch,
            why: "an item has no collection or no index".into(),
        })?;
        let Some(message) = self.sign(batch, &messages).await? else {
            return self.make_smaller(fence, work).await;
        };
        let signed = BatchSigned {
            message,
            indexes: given.indexes.into_iter().collect(),
            next: given.next.into_iter().collect(),
        };
        let kept = self.app.store().batch_signed(fence.clone(), batch, signed);
        Ok(if kept.await? {
            Turn::Moved
        } else {
            Turn::Waits
        })
    }

    /// None when it is larger than the network takes.
    async fn sign(
        &self,
        batch: BatchId,
        messages: &[OutMessage],
    ) -> Result<Option<BatchMessage>, Trouble> {
        let wallet = &self.config.wallet;
        let account = self.config.client.account(wallet.address()).await?;
        let time = self.config.client.chain_time().await?;
        let query_id = query_of(batch);
        let created_at = time.time_secs.saturating_sub(BACKDATED_SECS);
        let with_code = account.status != AccountStatus::Active;
        let keys = &self.config.keys;
        let Ok(signed) = wallet.sign(keys, query_id, created_at, messages, with_code) else {
            return Ok(None);
        };
        Ok(Some(BatchMessage {
            query_id: query_id.value(),
            created_at,
            expires_at: created_at.saturating_add(wallet.timeout_secs()),
            boc: signed.boc,
            hash: kept_hash(&signed.hash),
        }))
    }

    async fn make_smaller(&self, fence: &Fence, work: &BatchWork) -> Result<Turn, Trouble> {
        let most = work.batch.rewards.div_ceil(2).max(1);
        self.live().most = Some(most.min(self.config.batch_actions));
        let why = "the message was larger than the network takes";
        tracing::error!(batch = %work.batch.id, most, why, "smaller batches from now on");
        self.give_up(fence, work.batch.id, Some(why.into())).await
    }

    /// Ends a batch that nothing was signed for.
    async fn give_up(
        &self,
        fence: &Fence,
        batch: BatchId,
        why: Option<String>,
    ) -> Result<Turn, Trouble> {
        let end = || async {
            let store = self.app.store();
            let ended = store.batch_end(fence.clone(), batch, BatchState::Expired, why.clone());
            ended.await?;
            // Not at once: whoever put it back may be the next one that cannot be sent.
            Ok(Turn::Waits)
        };
        self.step(Step::Expired, end).await
    }

    async fn give_out_indexes(
        &self,
        work: &BatchWork,
        planned: &Planned,
        open: &[BatchWork],
    ) -> Result<GivenOut, Trouble> {
        let mut given = GivenOut {
            indexes: BTreeMap::new(),
            next: BTreeMap::new(),
        };
        let on_the_way = behind_those_on_the_way(work.batch.id, open);
        for parcel in &planned.parcels {
            let Parcel::Items { achievement, items } = parcel else {
                continue;
            };
            let ours = on_the_way.get(achievement).copied().unwrap_or_default();
            let on_chain = self.next_on_chain(*achievement).await?;
            let given_out = self.app.store().sbt_next(*achievement).await?;
            if let Some(items) = made_elsewhere(on_chain, given_out) {
                tracing::warn!(%achievement, items, "items of this collection were made by somebody else, with its owner's key");
            }
            let mut index = on_chain.max(ours);
            for Item { reward, .. } in items {
                given.indexes.insert(*reward, index);
                index = index.saturating_add(1);
            }
            given.next.insert(*achievement, index);
        }
        Ok(given)
    }

    /// Others may have moved it.
    async fn next_on_chain(&self, achievement: AchievementId) -> Result<u64, Trouble> {
        match self.config.collections.get(&achievement) {
            None => Ok(0),
            Some(collection) => {
                let client = &self.config.client;
                Ok(client.collection_next_index(collection).await?)
            }
        }
    }
}

/// In nanoton, what a batch takes from the wallet at most.
pub(crate) fn cost(parcels: &[Parcel]) -> u128 {
    let each = parcels.iter();
    let each = each.map(|parcel| value_of(parcel).saturating_add(FEE_MOST));
    each.fold(SELF_VALUE, u128::saturating_add)
}

/// How many items a collection has that our own table never gave out. It has fewer than were given out where a batch expired.
fn made_elsewhere(next_on_chain: u64, next_given_out: u64) -> Option<u64> {
    next_on_chain
        .checked_sub(next_given_out)
        .filter(|items| *items > 0)
}

/// The index behind those that other batches on their way have. What an expired batch had is free again: an index that is too high fails
/// its whole message.
fn behind_those_on_the_way(but: BatchId, open: &[BatchWork]) -> BTreeMap<AchievementId, u64> {
    let mut behind = BTreeMap::new();
    let others = open.iter().filter(|work| work.batch.id != but);
    for line in others.flat_map(rewards_of) {
        if let (OwedKind::Achievement { achievement }, Some(index)) = (line.owed, line.sbt_index) {
            let after: &mut u64 = behind.entry(achievement).or_default();
            *after = (*after).max(index.saturating_add(1));
        }
    }
    behind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_others_are_told_from_our_own() {
        let check = |on_chain, given_out, expect| {
            assert_eq!(made_elsewhere(on_chain, given_out), expect);
        };
        check(0, 0, None);
        check(7, 7, None);
        // A batch that expired.
        check(4, 7, None);
        check(8, 7, Some(1));
    }
}

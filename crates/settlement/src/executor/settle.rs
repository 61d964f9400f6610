use std::collections::BTreeMap;

use app::{BatchState, BatchWork, Fence, LandedAt, RewardLine, WriteError};
use economy::{Command, GameRefusal, OwedKind, Refusal, RewardSettle, RewardState};
use ledger::{BatchId, HolderId, RewardId};
use ton::toncenter::Trace;

use super::{outgoing::Indexes, rewards_of};
use crate::{
    Step, Trouble,
    address::{chain_hash, kept_hash},
    effects::{Effect, Failure, effect, is_over, sent_to},
    plan::{Parcel, plan},
    settlement::{Inner, Turn},
};

/// So many are settled in one go.
const CHUNK: usize = 64;
/// A holder can be merged again while they are looked up.
const TRIES: usize = 5;

/// What became of a batch's rewards.
struct Verdict {
    seen: Vec<RewardSeen>,
    failed: BTreeMap<RewardId, Failure>,
}

#[derive(Debug, Clone, Copy)]
struct RewardSeen {
    reward: RewardId,
    at: LandedAt,
}

impl Inner {
    pub(super) async fn settle_batch(
        &self,
        fence: &Fence,
        work: &BatchWork,
    ) -> Result<Turn, Trouble> {
        let Some(verdict) = self.verdict(work).await? else {
            return Ok(Turn::Waits);
        };
        let lines: BTreeMap<RewardId, &RewardLine> = rewards_of(work)
            .into_iter()
            .map(|line| (line.id, line))
            .collect();
        let open = |seen: &&RewardSeen| {
            let line = lines.get(&seen.reward);
            line.is_some_and(|line| line.state != RewardState::Settled)
        };
        let open: Vec<RewardSeen> = verdict.seen.iter().filter(open).copied().collect();
        for chunk in open.chunks(CHUNK) {
            let settle = || self.settle_chunk(chunk, &lines);
            self.step(Step::Settled, settle).await?;
        }
        let end = || self.end(fence, work, &verdict);
        self.step(Step::Ended, end).await
    }

    /// None while the chain is not through with it.
    async fn verdict(&self, work: &BatchWork) -> Result<Option<Verdict>, Trouble> {
        let batch = work.batch.id;
        let landed = work.batch.landed.ok_or_else(|| Trouble::Batch {
            batch,
            why: "it has landed, and its transaction is not known".into(),
        })?;
        let transaction = chain_hash(landed.transaction);
        let trace = self.config.client.trace(&transaction).await?;
        let Some(trace) = trace.filter(is_over) else {
            return Ok(None);
        };
        let rewards = rewards_of(work);
        let indexes: Indexes = rewards
            .iter()
            .filter_map(|line| Some((line.id, line.sbt_index?)))
            .collect();
        let mut verdict = Verdict {
            seen: Vec::new(),
            failed: BTreeMap::new(),
        };
        let parcels = plan(&rewards, &self.sendable()).parcels;
        self.still_configured(batch, &trace, &parcels)?;
        for (position, parcel) in parcels.iter().enumerate() {
            for expected in self.expected(batch, position, parcel, &indexes) {
                match effect(&trace, &expected) {
                    Effect::Seen { hash, lt } => {
                        let transaction = kept_hash(&hash);
                        let at = LandedAt { transaction, lt };
                        let seen = expected.rewards.iter();
                        let seen = seen.map(|reward| RewardSeen {
                            reward: *reward,
                            at,
                        });
                        verdict.seen.extend(seen);
                    }
                    Effect::Failed(failure) => {
                        let failed = expected.rewards.iter().map(|reward| (*reward, failure));
                        verdict.failed.extend(failed);
                    }
                }
            }
        }
        Ok(Some(verdict))
    }

    /// With another token or other collections than when the batch was signed, what has arrived would be taken for lost and sent again.
    fn still_configured(
        &self,
        batch: BatchId,
        trace: &Trace,
        parcels: &[Parcel],
    ) -> Result<(), Trouble> {
        let wallet = self.config.wallet.address();
        for (position, destination) in sent_to(trace, wallet, batch) {
            let parcel = parcels.get(position);
            if parcel.and_then(|parcel| self.destination(parcel)) != Some(&destination) {
                let why = format!("it was sent with another configuration, to {destination}");
                return Err(Trouble::Batch { batch, why });
            }
        }
        Ok(())
    }

    async fn settle_chunk(
        &self,
        seen: &[RewardSeen],
        lines: &BTreeMap<RewardId, &RewardLine>,
    ) -> Result<(), Trouble> {
        let mut left: Vec<RewardSeen> = seen.to_vec();
        for _ in 0..TRIES {
            left = self.try_to_settle(&left, lines).await?;
            if left.is_empty() {
                break;
            }
        }
        match left.first() {
            None => Ok(()),
            Some(seen) => Err(Trouble::Batch {
                batch: lines[&seen.reward].batch.expect("one of a batch's own"),
                why: format!(
                    "the holder of reward {} is merged again and again",
                    seen.reward
                ),
            }),
        }
    }

    /// Those whose holder turned out to be another one now are returned.
    async fn try_to_settle(
        &self,
        seen: &[RewardSeen],
        lines: &BTreeMap<RewardId, &RewardLine>,
    ) -> Result<Vec<RewardSeen>, Trouble> {
        let actor = self.operator().await?;
        let mut writes = Vec::with_capacity(seen.len());
        for one in seen {
            let to = self.holder_of(lines[&one.reward]).await?;
            let asked = self.asked("settle-rewards", actor, &format!("settle:{}", one.reward));
            let settle = RewardSettle {
                reward: one.reward,
                to,
                seen: one.at.transaction,
                lt: one.at.lt,
            };
            writes.push((asked, Command::from(settle)));
        }
        let answers = self.app.write_many(writes).await;
        let mut merged = Vec::new();
        for (one, answer) in seen.iter().zip(answers) {
            match answer {
                Ok(_) => {}
                Err(WriteError::Refused(Refusal::HolderMerged { .. })) => merged.push(*one),
                Err(WriteError::Refused(refusal)) => {
                    self.settled_already(one.reward, refusal).await?;
                }
                // The first time its holder was another one.
                Err(WriteError::KeyReused) => {
                    let refusal = GameRefusal::UnknownReward { reward: one.reward };
                    self.settled_already(one.reward, refusal.into()).await?;
                }
                Err(WriteError::Store(error)) => return Err(error.into()),
            }
        }
        Ok(merged)
    }

    async fn settled_already(&self, reward: RewardId, refusal: Refusal) -> Result<(), Trouble> {
        let line = self.app.store().reward(reward).await?;
        match line.map(|line| line.state) {
            Some(RewardState::Settled) => Ok(()),
            _ => Err(Trouble::Settle { reward, refusal }),
        }
    }

    /// Whose tokens they are now; none for a wallet of nobody whom the ledger knows.
    async fn holder_of(&self, line: &RewardLine) -> Result<Option<HolderId>, Trouble> {
        match (line.player, line.owed) {
            (_, OwedKind::Refund { to, .. }) => {
                let player = self.app.store().player_by_wallet(to).await?;
                Ok(player.map(|player| player.holder))
            }
            (Some(player), _) => Ok(Some(self.app.holder(player.identity()).await?)),
            (None, _) => Ok(None),
        }
    }

    async fn end(
        &self,
        fence: &Fence,
        work: &BatchWork,
        verdict: &Verdict,
    ) -> Result<Turn, Trouble> {
        let batch = work.batch.id;
        let why = verdict.failed.iter().next().map(|(reward, failure)| {
            let failed = verdict.failed.len();
            format!("{failed} did not arrive; of reward {reward}: {failure}")
        });
        if let Some(why) = &why {
            tracing::warn!(%batch, why, "rewards of a batch wait again");
        }
        let store = self.app.store();
        let ended = store.batch_end(fence.clone(), batch, BatchState::Done, why);
        Ok(if ended.await? {
            Turn::Moved
        } else {
            Turn::Waits
        })
    }
}

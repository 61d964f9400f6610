use app::{BatchMessage, BatchState, BatchWork, Fence, LandedAt};
use tokio::time::{Duration, Instant};
use ton::toncenter::{Finality, StackEntry, Transaction};

use super::{rewards_of, sign::cost};
use crate::{
    Config, Step, Trouble,
    address::{chain_hash, kept_hash},
    plan::plan,
    settlement::{Inner, Turn},
};

/// Blocks of the wallet's own chain may be a little behind those that the time is read from.
const MARGIN_SECS: u32 = 60;

/// When a message is sent again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resend {
    at: Instant,
    pause: Duration,
}

enum Landing {
    Final(LandedAt),
    /// It is there, and may still be taken back.
    Seen,
    No,
}

impl Inner {
    pub(super) async fn send_until_landed(
        &self,
        fence: &Fence,
        work: &BatchWork,
    ) -> Result<Turn, Trouble> {
        let batch = work.batch.id;
        let message = work.batch.message.as_ref().ok_or_else(|| Trouble::Batch {
            batch,
            why: "it is signed and has no message".into(),
        })?;
        // The time is read before the landing is looked for: what it proves to be impossible cannot have come in between.
        let time_secs = self.config.client.chain_time().await?.time_secs;
        let lands_no_more = time_secs > message.expires_at.saturating_add(MARGIN_SECS);
        match self.landing(message).await? {
            Landing::Final(at) => {
                let landed = || self.keep_landing(fence, work, at);
                return self.step(Step::Landed, landed).await;
            }
            Landing::Seen => return Ok(Turn::Waits),
            Landing::No => {}
        }
        if lands_no_more {
            return self.expire(fence, work, message).await;
        }
        if time_secs < message.expires_at
            && self.is_time_to_send(work)
            && self.can_pay(work).await?
        {
            self.count_and_send(fence, work, message).await?;
        }
        Ok(Turn::Waits)
    }

    /// The wallet's own transaction that took this message.
    async fn landing(&self, message: &BatchMessage) -> Result<Landing, Trouble> {
        let hash = chain_hash(message.hash);
        let found = self.config.client.transactions_by_message(&hash).await?;
        let wallet = self.config.wallet.address();
        let is_ours = |one: &&Transaction| {
            let from_outside = one.in_msg.as_ref().is_some_and(|it| it.source.is_none());
            one.account == *wallet && from_outside
        };
        Ok(match found.iter().find(is_ours) {
            Some(one) if one.finality == Finality::Finalized => Landing::Final(LandedAt {
                transaction: kept_hash(&one.hash),
                lt: one.lt,
            }),
            Some(_) => Landing::Seen,
            None => Landing::No,
        })
    }

    async fn keep_landing(
        &self,
        fence: &Fence,
        work: &BatchWork,
        at: LandedAt,
    ) -> Result<Turn, Trouble> {
        let store = self.app.store();
        let kept = store.batch_landed(fence.clone(), work.batch.id, at).await?;
        Ok(if kept { Turn::Moved } else { Turn::Waits })
    }

    fn is_time_to_send(&self, work: &BatchWork) -> bool {
        let live = self.live();
        let resend = live.resends.get(&work.batch.id);
        resend.is_none_or(|resend| resend.at <= Instant::now())
    }

    async fn can_pay(&self, work: &BatchWork) -> Result<bool, Trouble> {
        let planned = plan(&rewards_of(work), &self.sendable());
        self.has(cost(&planned.parcels)).await
    }

    async fn count_and_send(
        &self,
        fence: &Fence,
        work: &BatchWork,
        message: &BatchMessage,
    ) -> Result<(), Trouble> {
        let batch = work.batch.id;
        let count = || async {
            let counted = self.app.store().batch_sent(fence.clone(), batch);
            Ok(counted.await?)
        };
        // Not counted: another process has it now, or it has ended.
        if !self.step(Step::Counted, count).await? {
            return Ok(());
        }
        self.note_sending(work);
        self.step(Step::Sent, || self.send(message)).await
    }

    /// The same bytes each time. What the answer says changes nothing: whether they have landed is seen on the chain.
    async fn send(&self, message: &BatchMessage) -> Result<(), Trouble> {
        if let Err(error) = self.config.client.send(&message.boc).await {
            tracing::warn!(%error, hash = %message.hash, "a batch was sent, and the answer is not good");
        }
        Ok(())
    }

    fn note_sending(&self, work: &BatchWork) {
        let mut live = self.live();
        let before = live.resends.get(&work.batch.id);
        let pause = before.map_or(self.config.resend, |before| {
            before.pause.saturating_mul(2).min(Config::RESEND_MOST)
        });
        let at = Instant::now() + pause;
        live.resends.insert(work.batch.id, Resend { at, pause });
    }

    async fn expire(
        &self,
        fence: &Fence,
        work: &BatchWork,
        message: &BatchMessage,
    ) -> Result<Turn, Trouble> {
        let batch = work.batch.id;
        // What the wallet itself says, should the transaction be missing in what the server has indexed.
        if self.wallet_has_processed(message.query_id).await? {
            return Err(Trouble::Batch {
                batch,
                why: "the wallet has taken its message, and the transaction is not found".into(),
            });
        }
        let end = || async {
            let why = "the message did not land while it could".to_owned();
            let store = self.app.store();
            let ended = store.batch_end(fence.clone(), batch, BatchState::Expired, Some(why));
            Ok(if ended.await? {
                Turn::Moved
            } else {
                Turn::Waits
            })
        };
        self.step(Step::Expired, end).await
    }

    pub(super) async fn wallet_has_processed(&self, query_id: u32) -> Result<bool, Trouble> {
        let wallet = self.config.wallet.address();
        let arguments = [query_id.to_string(), "0".to_owned()].map(StackEntry::Num);
        let client = &self.config.client;
        let answer = client
            .run_get_method(wallet, "processed?", &arguments)
            .await?;
        // A wallet without code has taken nothing.
        let ran = matches!(answer.exit_code, 0 | 1);
        let says_no = answer.stack.first().and_then(StackEntry::number) == Some(0);
        Ok(ran && !says_no)
    }
}

//! From the shop's address on the chain to the ledger.

mod claim;
mod record;
mod skipped;

use app::{ChainCursor, Fence};
use ton::toncenter::{Transaction, TransactionsQuery};

pub use skipped::Skipped;

use crate::{
    Step, Trouble,
    address::{kept_hash, on_chain},
    history::{History, Progress, cursor_at},
    notification::{News, news},
    settlement::{Inner, Turn},
};

/// How many transactions are asked for at once.
const PAGE: u32 = 256;

impl Inner {
    pub(crate) async fn deposit_turn(&self, fence: &Fence) -> Result<Turn, Trouble> {
        let cursor = self.app.store().chain_cursor(self.shop).await?;
        let read = self.step(Step::Read, || self.read_after(cursor)).await?;
        let recorded = self.record_all(&read).await;
        // What was read before a failure need not be read again.
        if let Some(last) = recorded.behind {
            let moved = || self.move_cursor(fence, last);
            self.step(Step::Moved, moved).await?;
        }
        recorded.end?;
        self.claim_held().await?;
        Ok(if read.is_empty() {
            Turn::Waits
        } else {
            Turn::Moved
        })
    }

    /// All transactions after the cursor that can never be taken back, oldest first.
    async fn read_after(&self, cursor: Option<ChainCursor>) -> Result<Vec<Transaction>, Trouble> {
        let mut history = History::after(cursor);
        let mut to_lt = None;
        loop {
            let query = TransactionsQuery {
                account: on_chain(self.shop),
                from_lt: cursor.map(|cursor| cursor.lt.saturating_add(1)),
                to_lt,
                limit: PAGE,
            };
            let page = self.config.client.transactions(query).await?;
            match history.add(page)? {
                Progress::Complete => return Ok(history.finalized()),
                Progress::From(lt) => to_lt = Some(lt),
            }
        }
    }

    async fn record_all(&self, read: &[Transaction]) -> Recorded {
        let mut recorded = Recorded {
            behind: None,
            end: Ok(()),
        };
        let mut skipped = Vec::new();
        for transaction in read {
            match news(transaction, &self.own_wallet) {
                News::Nothing => {}
                News::Foreign => skipped.push(transaction),
                News::Tokens(tokens) => {
                    let record = || self.record(transaction, &tokens);
                    recorded.end = self.step(Step::Deposited, record).await;
                }
                News::Unreadable => {
                    recorded.end = Err(Trouble::Deposit {
                        transaction: kept_hash(&transaction.hash),
                        why: "the shop's own jetton wallet says what it never says".into(),
                    });
                }
            }
            if recorded.end.is_err() {
                break;
            }
            recorded.behind = Some(cursor_at(transaction));
        }
        if let Err(error) = self.note_skipped(&skipped).await {
            recorded = Recorded {
                behind: None,
                end: Err(error),
            };
        }
        if let Err(Trouble::Stopped(_)) = recorded.end {
            recorded.behind = None;
        }
        recorded
    }

    async fn move_cursor(&self, fence: &Fence, cursor: ChainCursor) -> Result<(), Trouble> {
        let store = self.app.store();
        // False for another process's fence: that one moves it.
        store
            .chain_cursor_set(fence.clone(), self.shop, cursor)
            .await?;
        Ok(())
    }
}

/// How far the recording of what was read has come.
struct Recorded {
    /// All before and with this one is done.
    behind: Option<ChainCursor>,
    end: Result<(), Trouble>,
}

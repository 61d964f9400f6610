//! Whether an account's transactions, as they were read, are all of them.

use app::ChainCursor;
use ton::toncenter::{Finality, Transaction};

use crate::address::{chain_hash, kept_hash};

/// Transactions of an account after a cursor, read page by page from the newest.
#[derive(Debug)]
pub(crate) struct History {
    cursor: Option<ChainCursor>,
    /// Newest first; each is the one that the one before it names as its predecessor.
    read: Vec<Transaction>,
}

/// Why what was read is not all. The cursor stays, and it is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Gap {
    #[error("after {newer_lt} comes none, although it names one before it")]
    Missing { newer_lt: u64 },
    #[error("{newer_lt} names {named_lt} before it, and {found_lt} was found")]
    Other {
        newer_lt: u64,
        named_lt: u64,
        found_lt: u64,
    },
    /// What was read before is not part of this account's history.
    #[error("the account's transactions lead past {cursor_lt}, which was read before")]
    PastCursor { cursor_lt: u64 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// All down to the cursor is there.
    Complete,
    /// The next page begins with this logical time, and goes down.
    From(u64),
}

impl History {
    pub(crate) fn after(cursor: Option<ChainCursor>) -> Self {
        Self {
            cursor,
            read: Vec::new(),
        }
    }

    /// Adds a page, in whatever order and however short it came.
    pub(crate) fn add(&mut self, mut page: Vec<Transaction>) -> Result<Progress, Gap> {
        page.sort_by_key(|transaction| std::cmp::Reverse(transaction.lt));
        page.dedup_by(|one, other| one.lt == other.lt && one.hash == other.hash);
        let before = self.read.len();
        for transaction in page {
            let again = |newer: &Transaction| newer.lt <= transaction.lt;
            if self.is_read(&transaction) || (before > 0 && self.read.last().is_some_and(again)) {
                continue;
            }
            self.joins(&transaction)?;
            self.read.push(transaction);
        }
        let Some(oldest) = self.read.last() else {
            return Ok(Progress::Complete);
        };
        if self.is_first(oldest) {
            return Ok(Progress::Complete);
        }
        let cursor_lt = self.cursor.map_or(0, |cursor| cursor.lt);
        if oldest.prev_lt <= cursor_lt {
            return Err(Gap::PastCursor { cursor_lt });
        }
        if self.read.len() == before {
            return Err(Gap::Missing {
                newer_lt: oldest.lt,
            });
        }
        Ok(Progress::From(oldest.prev_lt))
    }

    /// Those that can never be taken back, oldest first.
    pub(crate) fn finalized(self) -> Vec<Transaction> {
        let oldest_first = self.read.into_iter().rev();
        oldest_first
            .take_while(|transaction| transaction.finality == Finality::Finalized)
            .collect()
    }

    fn is_read(&self, transaction: &Transaction) -> bool {
        self.cursor
            .is_some_and(|cursor| transaction.lt <= cursor.lt)
    }

    fn joins(&self, transaction: &Transaction) -> Result<(), Gap> {
        match self.read.last() {
            Some(newer)
                if newer.prev_lt != transaction.lt || newer.prev_hash != transaction.hash =>
            {
                Err(Gap::Other {
                    newer_lt: newer.lt,
                    named_lt: newer.prev_lt,
                    found_lt: transaction.lt,
                })
            }
            _ => Ok(()),
        }
    }

    /// Whether what comes before this one is the cursor, or nothing at all.
    fn is_first(&self, oldest: &Transaction) -> bool {
        match self.cursor {
            Some(cursor) => {
                oldest.prev_lt == cursor.lt && oldest.prev_hash == chain_hash(cursor.hash)
            }
            None => oldest.prev_lt == 0,
        }
    }
}

pub(crate) fn cursor_at(transaction: &Transaction) -> ChainCursor {
    ChainCursor {
        lt: transaction.lt,
        hash: kept_hash(&transaction.hash),
    }
}

#[cfg(test)]
mod tests {
    use ton::{Address, Hash};

    use super::*;

    fn transaction(lt: u64, prev_lt: u64) -> Transaction {
        let hash = |lt: u64| Hash::from([u8::try_from(lt).expect("small"); 32]);
        Transaction {
            account: Address::new(0, Hash::from([9; 32])),
            hash: hash(lt),
            lt,
            now_secs: 0,
            prev_hash: hash(prev_lt),
            prev_lt,
            trace_id: None,
            finality: Finality::Finalized,
            aborted: false,
            exit_code: Some(0),
            action_code: None,
            total_fees: 0,
            in_msg: None,
            out_msgs: Vec::new(),
        }
    }

    /// Pages of `(lt, prev_lt)`; the first that does not go on is the answer.
    fn check(cursor: Option<u64>, pages: &[&[(u64, u64)]], expect: Result<&[u64], Gap>) {
        let cursor = cursor.map(|lt| cursor_at(&transaction(lt, 0)));
        let mut history = History::after(cursor);
        for page in pages {
            let page = page.iter().map(|(lt, prev)| transaction(*lt, *prev));
            match history.add(page.collect()) {
                Ok(Progress::Complete) => {
                    let all = history.finalized();
                    let all: Vec<u64> = all.iter().map(|one| one.lt).collect();
                    assert_eq!(Ok(all.as_slice()), expect, "{pages:?}");
                    return;
                }
                Ok(Progress::From(_)) => {}
                Err(gap) => {
                    assert_eq!(Err(gap), expect, "{pages:?}");
                    return;
                }
            }
        }
        panic!("more pages are wanted after {pages:?}");
    }

    #[test]
    fn all_down_to_the_cursor_or_nothing() {
        check(None, &[&[]], Ok(&[]));
        check(None, &[&[(3, 2), (2, 1), (1, 0)]], Ok(&[1, 2, 3]));
        check(Some(1), &[&[(3, 2), (2, 1)]], Ok(&[2, 3]));
        // Short pages, also in another order, with those twice that were there and those that came meanwhile.
        check(Some(1), &[&[(3, 2)], &[(2, 1)]], Ok(&[2, 3]));
        check(None, &[&[(2, 1), (3, 2), (1, 0)]], Ok(&[1, 2, 3]));
        check(
            None,
            &[&[(3, 2)], &[(4, 3), (3, 2), (2, 1)], &[(1, 0)]],
            Ok(&[1, 2, 3]),
        );
        check(Some(2), &[&[(3, 2), (2, 1), (1, 0)]], Ok(&[3]));
        // One is not there yet.
        check(
            None,
            &[&[(3, 2), (1, 0)]],
            Err(Gap::Other {
                newer_lt: 3,
                named_lt: 2,
                found_lt: 1,
            }),
        );
        check(None, &[&[(3, 2)], &[]], Err(Gap::Missing { newer_lt: 3 }));
        // Another chain than before.
        check(
            Some(2),
            &[&[(4, 3), (3, 1)]],
            Err(Gap::PastCursor { cursor_lt: 2 }),
        );
    }

    #[test]
    fn what_is_not_final_waits_with_all_after_it() {
        let mut history = History::after(None);
        let mut page = vec![transaction(3, 2), transaction(2, 1), transaction(1, 0)];
        page[1].finality = Finality::Confirmed;
        assert_eq!(history.add(page), Ok(Progress::Complete));
        let all: Vec<u64> = history.finalized().iter().map(|one| one.lt).collect();
        assert_eq!(all, [1]);
    }
}

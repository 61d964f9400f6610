//! A holder's history, with that of those who became one with it.

use std::{cmp::Reverse, collections::BTreeSet};

use ledger::{CurrencyId, HolderId, Kind, Owner, Standing};
use serde_json::{Value, json};

use crate::{App, Posting, StoreError};

/// As many holders as one wallet's history is put together from: a person has few identities.
const MOST: usize = 32;

impl App {
    /// What came in and went out, newest first: of this holder, and of those who were joined with it by a code, from before that.
    /// What joining itself moved between them is left out. `before` is a transfer's id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn history(
        &self,
        holder: HolderId,
        currency: Option<CurrencyId>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Posting>, StoreError> {
        let all = self.joined_into(holder).await?;
        if let [holder] = all[..] {
            return self.store().history(holder, currency, before, limit).await;
        }
        let mut found: Vec<Posting> = Vec::new();
        for part in &all {
            let postings = self.history_between(*part, &all, currency, before, limit);
            found.extend(postings.await?);
        }
        found.sort_by_key(|posting| Reverse(posting.transfer));
        found.truncate(limit);
        Ok(found)
    }

    /// A part of it that is as long as the whole may be, without what joining moved.
    async fn history_between(
        &self,
        part: HolderId,
        all: &[HolderId],
        currency: Option<CurrencyId>,
        mut before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Posting>, StoreError> {
        let mut found = Vec::new();
        while found.len() < limit {
            let page = self
                .store()
                .history(part, currency, before, limit.max(1))
                .await?;
            let Some(last) = page.last().map(|posting| posting.transfer) else {
                break;
            };
            before = Some(last);
            found.extend(page.into_iter().filter(|posting| !within(posting, all)));
        }
        found.truncate(limit);
        Ok(found)
    }

    /// The holder, and whoever was joined with it, by whatever ways.
    async fn joined_into(&self, holder: HolderId) -> Result<Vec<HolderId>, StoreError> {
        let mut all = vec![holder];
        let mut at = 0;
        while let Some(into) = all.get(at).copied() {
            at += 1;
            for from in self.noted_joins(into).await? {
                let new = !all.contains(&from) && all.len() < MOST;
                if new && self.is_joined(from, into).await? {
                    all.push(from);
                }
            }
        }
        Ok(all)
    }

    /// A join is noted before it happens, and need not have happened.
    async fn is_joined(&self, from: HolderId, into: HolderId) -> Result<bool, StoreError> {
        let record = self.store().holder(from).await?;
        Ok(record.is_some_and(|record| record.standing == Standing::Merged(into)))
    }

    async fn noted_joins(&self, into: HolderId) -> Result<BTreeSet<HolderId>, StoreError> {
        let noted = self.store().memo(memo_name(into)).await?;
        let ids = noted.as_ref().and_then(Value::as_array);
        Ok(ids
            .into_iter()
            .flatten()
            .filter_map(|id| id.as_str()?.parse().ok())
            .collect())
    }

    /// Notes that one holder is about to become one with another.
    pub(crate) async fn note_join(&self, from: HolderId, into: HolderId) -> Result<(), StoreError> {
        let mut ids = vec![from.to_string()];
        for earlier in self.noted_joins(into).await? {
            if earlier != from && self.is_joined(earlier, into).await? {
                ids.push(earlier.to_string());
            }
        }
        self.store().memo_set(memo_name(into), json!(ids)).await
    }
}

fn memo_name(into: HolderId) -> String {
    format!("joined.{into}")
}

fn within(posting: &Posting, all: &[HolderId]) -> bool {
    let Owner::Holder(other) = posting.other else {
        return false;
    };
    posting.kind == Kind::Link && all.contains(&other)
}

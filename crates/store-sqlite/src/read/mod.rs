//! What is asked of the ledger, as free functions over a connection whose transaction the caller has opened.

mod account;
mod api_key;
mod balance;
mod chain_batch;
mod column;
mod currency;
mod deposit;
mod fact;
mod flow;
mod follower;
mod guild;
mod history;
mod hold;
mod holder;
mod job;
mod journal;
mod names;
mod note;
mod picture;
mod player;
mod reaction;
mod reward;
mod richest;
mod search;
mod supply;
mod tail;
mod transaction;
mod walk;
mod webhook;
#[cfg(test)]
pub(crate) mod world;

use app::StoreError;

pub(crate) use account::{account_key, balance_fetch, currency_ref, wallet_fetch};
pub(crate) use api_key::{api_key_by_hash, api_key_fetch, api_key_list};
pub(crate) use balance::balances_after;
pub(crate) use chain_batch::{batch_fetch, batches_open, chain_cursor_fetch, sbt_next};
pub(crate) use column::{column, column_opt, number, word};
pub(crate) use currency::{currency_fetch, currency_list, group_fetch, group_list, rate_list};
pub(crate) use deposit::{
    deposit_fact, deposit_fetch, deposit_list, deposits_claimable, stars_fact, stars_fetch,
    stars_for, stars_owed,
};
pub(crate) use fact::{
    hold_fact, note_fact, past_transaction, rate_fact, reaction_fact, wallet_fact,
};
pub(crate) use flow::flow_list;
pub(crate) use follower::{cursor_fetch, memo_fetch};
pub(crate) use guild::{
    emoji_list, guild_by_discord, guild_fetch, guild_list, guild_stats, member_fetch,
};
pub(crate) use history::history_list;
pub(crate) use hold::{hold_fetch, holds_expired, holds_of};
pub(crate) use holder::{holder_by_identity, holder_fetch, holder_standing, identity_holder};
pub(crate) use job::{job_list, job_row};
pub(crate) use journal::transfer_last;
pub(crate) use note::{note_fetch, notes_of};
pub(crate) use picture::picture_fetch;
pub(crate) use player::{
    owned_fact, player_by_wallet, player_fetch, player_rank, players_top, purchases_newest,
    purchases_of, run_fetch,
};
pub(crate) use reaction::reactions_since;
pub(crate) use reward::{reward_fact, reward_fetch, reward_list, reward_tallies, rewards_waiting};
pub(crate) use richest::richest_list;
pub(crate) use search::transaction_list;
pub(crate) use supply::supply_list;
pub(crate) use transaction::{transaction_fetch, transactions_after};
pub(crate) use webhook::{webhook_fetch, webhook_list};

/// What is newer in memory than in the account table.
pub(crate) trait Overlay {
    /// Balance and last transfer of an account, if they changed since its row was written.
    fn now(&self, account_ref: i64) -> Option<(i64, i64)>;
}

/// The most rows that one list returns, whatever is asked for.
pub(crate) const MOST_ROWS: usize = 1_000;

/// Why a read or change has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("the database refused")]
    Sql(#[from] rusqlite::Error),
    /// A row that this program would not have written.
    #[error("{0}")]
    Damaged(String),
}

impl From<ReadError> for StoreError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Sql(error) => crate::pool::failed(error),
            ReadError::Damaged(what) => StoreError::Damaged(what),
        }
    }
}

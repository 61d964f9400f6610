//! What is asked of the ledger, as free functions over a connection whose transaction the caller has opened.

mod api_key;
mod chain_batch;
mod column;
mod currency;
mod deposit;
mod follower;
mod guild;
mod health;
mod holder;
mod job;
mod picture;
mod player;
mod reward;
mod rows;
mod webhook;

pub(crate) use api_key::{api_key_by_hash, api_key_fetch, api_key_list};
pub(crate) use chain_batch::{batch_fetch, batches_open, chain_cursor_fetch, sbt_next};
pub(crate) use column::{column, column_opt, number, word};
pub(crate) use currency::{currency_fetch, currency_list, group_fetch, group_list, rate_list};
pub(crate) use deposit::{
    deposit_facts, deposit_fetch, deposit_list, deposits_claimable, stars_facts, stars_fetch,
    stars_for, stars_owed,
};
pub(crate) use follower::{cursor_fetch, memo_fetch};
pub(crate) use guild::{
    emoji_list, guild_by_discord, guild_fetch, guild_list, guild_stats, member_fetch,
};
pub(crate) use health::health_fetch;
pub(crate) use holder::{holder_by_identity, holder_fetch, holder_standing};
pub(crate) use job::{job_list, job_row};
pub(crate) use picture::picture_fetch;
pub(crate) use player::{
    owned_facts, player_by_wallet, player_facts, player_fetch, player_rank, players_top,
    purchases_newest, purchases_of, run_facts, run_fetch,
};
pub(crate) use reward::{reward_facts, reward_fetch, reward_list, reward_tallies, rewards_waiting};
pub(crate) use rows::{execute, row_opt, rows, there_is_a};
pub(crate) use webhook::{webhook_fetch, webhook_list};

/// The most rows that one list returns, whatever is asked for.
pub(crate) const MOST_ROWS: usize = 1_000;

// Money -----------------------------------------------------------------------------------------------------------------------

mod account;
mod balance;
mod fact;
mod flow;
mod history;
mod hold;
mod journal;
mod note;
mod reaction;
mod richest;
mod search;
mod supply;
mod transaction;
mod walk;

pub(crate) use account::{account_key, balance_fetch, wallet_fetch};
pub(crate) use balance::balances_after;
pub(crate) use fact::{hold_facts, note_facts, past_transactions, reaction_facts, wallet_fact};
pub(crate) use flow::flow_list;
pub(crate) use history::history_list;
pub(crate) use hold::{hold_fetch, holds_expired, holds_of};
pub(crate) use journal::transfer_last;
pub(crate) use note::{note_fetch, notes_of};
pub(crate) use reaction::reactions_since;
pub(crate) use richest::richest_list;
pub(crate) use search::transaction_list;
pub(crate) use supply::supply_list;
pub(crate) use transaction::{transaction_fetch, transactions_after};

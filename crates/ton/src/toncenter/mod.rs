//! A client of toncenter's HTTP API v3 (<https://toncenter.com/api/v3/>), which has all that we ask, so v2 is not needed.
//!
//! | call | request |
//! | --- | --- |
//! | [`Client::account`] | `GET /api/v3/accountStates?address=0:…&include_boc=false` |
//! | [`Client::transactions`] | `GET /api/v3/transactions?account=0:…&limit=…&sort=desc[&start_lt=…][&end_lt=…]` |
//! | [`Client::transactions_by_message`] | `GET /api/v3/transactionsByMessage?msg_hash=<hex>&direction=in&limit=10` |
//! | [`Client::trace`] | `GET /api/v3/traces?tx_hash=<hex>&include_actions=false&limit=1` |
//! | [`Client::chain_time`] | `GET /api/v3/masterchainInfo` |
//! | [`Client::send`] | `POST /api/v3/message` with `{"boc":"<base64>"}` |
//! | [`Client::run_get_method`] and what is read by it | `POST /api/v3/runGetMethod` with `{"address","method","stack":[{"type","value"}]}` |
//!
//! The key goes along as the header `X-API-Key`, never in an address that a log might show.

mod answer;
mod asks;
mod client;
mod config;
mod error;
mod getters;
mod model;
mod number;
mod stack;

pub use client::Client;
pub use config::{ClientConfig, Retries};
pub use error::{Away, ClientError};
pub use model::{
    AccountState, AccountStatus, ChainTime, Finality, GetMethodResult, Message, StackEntry, Trace,
    Transaction, TransactionsQuery,
};

//! The game's HTTP server: runs, plays, wallets, purchases, and what the Mini App is set up with.
//!
//! Every answer is JSON; what is not what was asked for is a problem document (RFC 9457) whose `type` never changes. Amounts and ids are
//! decimal strings, times are seconds since the Unix epoch.

mod addresses;
mod body;
mod config;
mod front;
mod limits;
mod on_chain;
mod problem;
mod proof_payload;
mod replies;
mod router;
mod routes;
mod run_token;
mod sign_in;
mod state;
mod token;
mod wallet_proof;

pub use config::{Chain, Config, Item, Network};
pub use router::router;

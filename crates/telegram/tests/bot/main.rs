//! The real bot over a real database, in a Telegram on this machine: what people see, and what the ledger says.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod stage;

mod commands;
mod delivery;
mod link;
mod stars;
mod webhook;

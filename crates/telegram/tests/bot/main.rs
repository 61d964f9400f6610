//! The real bot over a real database, in a Telegram on this machine: what people see, and what the ledger says.

mod stage;

mod commands;
mod delivery;
mod link;
mod stars;
mod webhook;

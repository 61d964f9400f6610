//! The real bot with a real database in a Discord on this machine: what people see, and what the ledger says.

mod stage;

mod answers;
mod boards;
mod commands;
mod currency;
mod gateway;
mod members;
mod processes;
mod reactions;

//! The real bot with a real database in a Discord on this machine: what people see, and what the ledger says.

mod stage;

mod answers;
mod boards;
mod commands;
mod currency;
mod exchange;
mod gateway;
mod link;
mod members;
mod onboarding;
mod policy;
mod processes;
mod reactions;
mod settings;
mod setup;
mod top_role;

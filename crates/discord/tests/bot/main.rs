//! The real bot with a real database in a Discord on this machine: what people see, and what the ledger says.

mod stage;

mod answers;
mod award;
mod boards;
mod commands;
mod currency;
mod economy;
mod exchange;
mod gateway;
mod groups;
mod groups_install;
mod link;
mod log;
mod members;
mod notes;
mod onboarding;
mod policy;
mod processes;
mod reactions;
mod settings;
mod setup;
mod story;
mod top_role;

//! The chain on which rewards arrive and purchases are paid.

mod configuration;
mod deposits;
mod init;
mod mnemonic;
mod rewards;
mod sandbox;
mod stars;
mod status;

use clap::Subcommand;

use super::{End, Global};
use crate::trouble::Trouble;

#[derive(Debug, Subcommand)]
pub(crate) enum TonCommand {
    /// Make the wallet, the jetton, and a collection for each achievement
    Init(init::InitArgs),
    /// How far rewards and purchases are, in the ledger and on the chain
    Status,
    /// What is or was owed to players, newest first
    #[command(visible_alias = "reward", args_conflicts_with_subcommands = true)]
    Rewards(rewards::RewardsArgs),
    /// Payments at the shop; without more, those that wait for a decision
    #[command(visible_alias = "deposit", args_conflicts_with_subcommands = true)]
    Deposits(deposits::DepositsArgs),
    /// Payments with Telegram Stars
    #[command(subcommand)]
    Stars(stars::StarsCommand),
    /// Run a chain on this machine, to try things; its coins are worth nothing
    Sandbox(sandbox::SandboxArgs),
}

pub(super) fn run(global: &Global, command: TonCommand) -> Result<End, Trouble> {
    match command {
        TonCommand::Init(args) => init::run(global, &args),
        TonCommand::Status => status::run(global),
        TonCommand::Rewards(args) => rewards::run(global, args),
        TonCommand::Deposits(args) => deposits::run(global, args),
        TonCommand::Stars(command) => stars::run(global, command),
        TonCommand::Sandbox(args) => sandbox::run(&args),
    }
}

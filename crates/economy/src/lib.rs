#![doc = include_str!("../README.md")]
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic)]

mod arbitrage;
mod award;
mod burn;
mod checks;
mod command;
mod exchange;
mod facts;
mod hold;
mod leaderboard;
mod link;
mod mint;
mod mint_policy;
mod note;
mod plan;
mod purchase;
mod reaction;
mod refusal;
mod reversal;
mod reward;
mod transfer;

pub use arbitrage::{Arbitrage, RateBetween, arbitrage_through, find_arbitrage};
pub use award::Award;
pub use burn::Burn;
pub use command::{Command, decide, needs};
pub use exchange::Exchange;
pub use facts::{
    AccountFact, FactKey, Facts, HoldFact, HoldState, NoteFact, NoteState, PastTransaction,
    ReactionFact, ReactionKey, ReactionState,
};
pub use hold::{HoldCapture, HoldPlace, HoldRelease};
pub use leaderboard::{Standings, Wealth, value_in};
pub use link::Link;
pub use mint::Mint;
pub use mint_policy::{MintPolicy, MintRequest, MintTallies, Minter, Minters, PolicyRefusal};
pub use note::{NoteCreate, NoteRedeem, NoteRevoke};
pub use plan::{Effect, Leg, Plan, Settle, reaction_state};
pub use purchase::Purchase;
pub use reaction::{ReactionMint, ReactionUnmint};
pub use refusal::Refusal;
pub use reversal::{Reversal, Shortfall};
pub use reward::Reward;
pub use transfer::Transfer;

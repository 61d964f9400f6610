#![doc = include_str!("../README.md")]
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic)]

mod arbitrage;
mod award;
mod burn;
mod checks;
mod command;
mod deposit;
mod deposit_assign;
mod deposit_refund;
mod exchange;
mod facts;
mod game_effect;
mod game_refusal;
mod hold;
mod leaderboard;
mod link;
mod mint;
mod mint_policy;
mod note;
mod plan;
mod play;
mod purchase;
mod reaction;
mod refusal;
mod reversal;
mod reward;
mod reward_refuse;
mod reward_settle;
mod stars_pay;
mod stars_refund;
mod transfer;
mod wallet_bind;

pub use arbitrage::{Arbitrage, RateBetween, arbitrage_through, find_arbitrage};
pub use award::Award;
pub use burn::Burn;
pub use command::{Command, decide, needs};
pub use deposit::{Deposit, DepositOutcome, HeldWhy, PurchaseAsked};
pub use deposit_assign::DepositAssign;
pub use deposit_refund::DepositRefund;
pub use exchange::Exchange;
pub use facts::{
    AccountFact, DepositFact, DepositState, FactKey, Facts, HoldFact, HoldState, NoteFact,
    NoteState, OwedKind, PastTransaction, PlayerFact, ReactionFact, ReactionKey, ReactionState,
    RewardFact, RewardState, StarsFact, StarsState,
};
pub use game_effect::GameEffect;
pub use game_refusal::GameRefusal;
pub use hold::{HoldCapture, HoldPlace, HoldRelease};
pub use leaderboard::{Standings, Wealth, value_in};
pub use link::Link;
pub use mint::Mint;
pub use mint_policy::{MintPolicy, MintRequest, MintTallies, Minter, Minters, PolicyRefusal};
pub use note::{NoteCreate, NoteRedeem, NoteRevoke};
pub use plan::{Effect, Leg, Plan, Settle, reaction_state};
pub use play::{AchievementRule, GameRules, Play};
pub use purchase::Purchase;
pub use reaction::{ReactionMint, ReactionUnmint};
pub use refusal::Refusal;
pub use reversal::{Reversal, Shortfall};
pub use reward::Reward;
pub use reward_refuse::RewardRefuse;
pub use reward_settle::RewardSettle;
pub use stars_pay::StarsPay;
pub use stars_refund::StarsRefund;
pub use transfer::Transfer;
pub use wallet_bind::WalletBind;

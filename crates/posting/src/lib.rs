#![doc = include_str!("../README.md")]

pub mod audit;
mod flow;
mod game;
mod post;
mod state;
pub mod stored;

pub use flow::{Direction, FlowKey, FlowSum, day_of, direction};
pub use post::{LegAfter, Place, TransferRow, merged};
pub use state::{
    Accounts, BatchFacts, GameFacts, OriginHead, OriginKey, Slot, StandingCode, State,
    floor_column, role_code,
};

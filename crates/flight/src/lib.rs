#![doc = include_str!("../README.md")]

mod constants;
mod level;
pub mod pilot;
mod replay;
mod state;

pub use constants::{CONSTANTS, Constants};
pub use level::{Level, Pipe};
pub use replay::{FlapsError, Outcome, replay};
pub use state::{Ended, State};

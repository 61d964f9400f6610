#![doc = include_str!("../README.md")]

mod serve;
mod shared;

pub use serve::{LoseIt, StartError, accept, listen};
pub use shared::Shared;

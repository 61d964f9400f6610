#![doc = include_str!("../README.md")]
#![expect(
    clippy::disallowed_methods,
    reason = "measuring is what this crate is for: it reads clocks and spawns its own load"
)]

mod baseline;
mod chart;
pub mod discord_bench;
mod http;
pub mod ledger_bench;
mod load;
mod memory;
pub mod postgres_bench;
mod report;
mod rows;
pub mod ton_bench;
mod world;

pub use memory::million_accounts;
pub use report::{Figure, Report};
pub use rows::{Row, Rows};

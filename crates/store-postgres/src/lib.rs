#![doc = include_str!("../README.md")]

mod ask;
mod audit;
mod backup;
mod batch;
mod change;
mod client;
mod connect;
mod error;
mod intern;
mod migrate;
mod node;
mod open;
mod pool;
mod read;
mod store;
mod writer;

pub use backup::{RestoreError, check, is_backup, restore, verify};
pub use migrate::SCHEMA_VERSION;
pub use open::{OpenError, Options};
pub use store::PostgresStore;

#![doc = include_str!("../README.md")]

mod audit;
mod batch;
mod change;
mod checkpoint;
mod dirty;
mod flows;
mod insert;
mod intern;
mod journal;
mod keys;
mod load;
mod lock;
mod migrate;
mod open;
mod pool;
mod read;
mod recovery;
mod snapshot;
mod store;
mod writer;

pub use migrate::SCHEMA_VERSION;
pub use open::{OpenError, Options};
pub use store::SqliteStore;

#![doc = include_str!("../README.md")]

pub mod address;
pub mod boc;
mod cells;
pub mod code;
pub mod comment;
pub mod content;
pub mod highload;
pub mod jetton;
mod key;
mod message;
pub mod mnemonic;
pub mod proof;
pub mod sbt;
pub mod toncenter;
pub mod wallet_v4;

pub use cells::ParseError;
pub use key::{KeyPair, verify_signature};
pub use message::{EXTERNAL_BYTES_MOST, OutMessage, SignedExternal, TooLarge, normalised_hash};

/// A standard address: workchain and account id.
pub type Address = tycho_types::models::StdAddr;
/// 256 bits: a cell's, message's or transaction's hash.
pub type Hash = tycho_types::cell::HashBytes;
pub type Cell = tycho_types::cell::Cell;
/// What a contract is deployed with; its hash is its address.
pub type StateInit = tycho_types::models::StateInit;

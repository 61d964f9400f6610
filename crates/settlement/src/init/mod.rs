//! Makes what rewards and purchases need on a chain: the wallet, the jetton's minter, a collection for each achievement.
//!
//! Addresses follow from the [`Design`], so that whoever begins again finds what is there already. What cannot be undone is kept before it
//! is done: a message is signed, kept, and sent; after a crash the very same bytes are sent again, until they landed or never can.

mod design;
mod look;
mod network;
mod progress;
mod run;
mod verify;

use ton::{Address, Hash, TooLarge, toncenter::ClientError};

pub use design::{AchievementDesign, Contract, Contracts, Design, TokenDesign, wallet};
pub use network::Network;
pub use progress::{Pending, Progress};
pub use run::{Init, Told};
pub use verify::{verify, verify_deployed};

/// Why nothing more can be made. What was made stays, and is found by the next try.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    #[error("the chain does not answer")]
    Chain(#[from] ClientError),
    #[error("the server is of another network than {wanted}{}", told(*said))]
    OtherNetwork {
        wanted: Network,
        /// The network's global id.
        said: Option<i32>,
    },
    #[error("what was begun belongs to another wallet, {begun}")]
    OtherWallet { begun: String },
    #[error("at the address of the {contract}, {address}, is other code ({code})")]
    OtherCode {
        contract: Contract,
        address: String,
        code: Hash,
    },
    #[error("the {contract} at {address} belongs to {}", owner.as_ref().map_or("nobody".into(), ton::address::raw))]
    OtherOwner {
        contract: Contract,
        address: String,
        owner: Option<Address>,
    },
    #[error("there is no {contract} at {address}")]
    Missing { contract: Contract, address: String },
    #[error("the wallet took {messages} messages, and the {contract} is still missing")]
    Fruitless { contract: Contract, messages: u64 },
    #[error("too much for one message")]
    TooLarge(#[from] TooLarge),
    #[error("what was done cannot be kept")]
    Keep(#[source] std::io::Error),
    #[error("stopped")]
    Stopped,
}

fn told(global_id: Option<i32>) -> String {
    match global_id {
        Some(id) => format!(": it says {id}"),
        None => ": it does not say which".into(),
    }
}

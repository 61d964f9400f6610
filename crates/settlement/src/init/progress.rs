use serde::{Deserialize, Serialize};
use ton::{KeyPair, address};

use super::{Design, design};

/// What was begun, as it is kept between two tries. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub design: Design,
    /// The wallet's raw address.
    pub wallet: String,
    /// How many messages were signed.
    pub messages: u64,
    /// The message that is on its way.
    pub pending: Option<Pending>,
}

/// A signed message. What is sent again is these very bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// In base64.
    pub boc: String,
    /// The normalised hash (TEP-467) in hexadecimal.
    pub hash: String,
    /// From this chain time on the wallet refuses it, in seconds since the Unix epoch.
    pub expires_at: u32,
}

impl Progress {
    /// Nothing was done yet.
    pub fn new(design: Design, keys: &KeyPair) -> Self {
        Self {
            design,
            wallet: address::raw(design::wallet(keys).address()),
            messages: 0,
            pending: None,
        }
    }
}

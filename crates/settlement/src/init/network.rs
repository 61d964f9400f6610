use std::fmt;

use serde::{Deserialize, Serialize};
use ton::{Address, address::Form};

/// Which chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    Mainnet,
    Testnet,
    /// Runs on this machine, and its coins are worth nothing.
    Sandbox,
}

impl Network {
    pub const ALL: [Network; 3] = [Network::Testnet, Network::Mainnet, Network::Sandbox];

    pub const fn as_str(self) -> &'static str {
        match self {
            Network::Mainnet => "mainnet",
            Network::Testnet => "testnet",
            Network::Sandbox => "sandbox",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Whether a server that says this global id is one of this network
    /// (`global_id` of a block, <https://docs.ton.org/foundations/network>).
    pub const fn is(self, global_id: Option<i32>) -> bool {
        match self {
            Network::Mainnet => matches!(global_id, Some(MAINNET)),
            Network::Testnet => matches!(global_id, Some(TESTNET)),
            Network::Sandbox => !matches!(global_id, Some(MAINNET | TESTNET)),
        }
    }

    /// As people of this network write it. Contracts that are there take what bounces; a wallet that is not yet takes only what does not.
    pub fn friendly(self, address: &Address, bounceable: bool) -> String {
        let form = Form {
            bounceable,
            testnet: self == Network::Testnet,
        };
        ton::address::friendly(address, form)
    }
}

const MAINNET: i32 = -239;
const TESTNET: i32 = -3;

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

use std::fmt;

use ledger::AchievementId;
use serde::{Deserialize, Serialize};
use ton::{
    Address, Cell, KeyPair, StateInit, content,
    highload::{HighloadWallet, SUBWALLET_ID},
    jetton::{self, Minter},
    sbt::{self, Collection},
};

use super::Network;

/// How long a message of the wallet can land. A message that got lost holds up those behind it for so long at most; within it the very same
/// bytes are sent again and again. It is part of the wallet's address.
const TIMEOUT_SECS: u32 = 60 * 60;

/// What is to be there. Every address follows from it and from the wallet's key: it is kept, and never changes once something is deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Design {
    pub network: Network,
    pub token: TokenDesign,
    pub achievements: Vec<AchievementDesign>,
}

/// The jetton's metadata, which is kept on chain (TEP-64).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenDesign {
    pub name: String,
    pub symbol: String,
    pub decimals: u8,
    pub description: Option<String>,
    /// A URL.
    pub image: Option<String>,
}

/// The metadata of an achievement's collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AchievementDesign {
    pub achievement: AchievementId,
    pub name: String,
    /// A URL.
    pub image: Option<String>,
    /// What stands before each item's path in the URL of its metadata.
    pub items_url: String,
}

/// Something that is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contract {
    Wallet,
    Minter,
    Collection(AchievementId),
}

impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Contract::Wallet => f.write_str("wallet"),
            Contract::Minter => f.write_str("jetton minter"),
            Contract::Collection(id) => write!(f, "collection of achievement {id}"),
        }
    }
}

/// The wallet of a key: it sends rewards and takes payments.
pub fn wallet(keys: &KeyPair) -> HighloadWallet {
    HighloadWallet::new(keys.public(), SUBWALLET_ID, TIMEOUT_SECS)
}

/// What a design comes to for one wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contracts {
    pub wallet: HighloadWallet,
    pub minter: Minter,
    pub collections: Vec<(AchievementId, Collection)>,
}

/// A contract to deploy.
pub(super) struct Deployment {
    pub(super) contract: Contract,
    pub(super) address: Address,
    pub(super) init: StateInit,
    /// In nanoton.
    pub(super) value: u128,
}

impl Contracts {
    pub fn of(design: &Design, keys: &KeyPair) -> Self {
        let wallet = wallet(keys);
        let owner = wallet.address();
        let collection = |one: &AchievementDesign| {
            let content = sbt::collection_content(one.metadata(), &one.items_url);
            (one.achievement, Collection::new(owner, content))
        };
        Self {
            minter: Minter::new(owner, design.token.metadata()),
            collections: design.achievements.iter().map(collection).collect(),
            wallet,
        }
    }

    /// All that the wallet deploys, in their order.
    pub(super) fn deployments(&self) -> Vec<Deployment> {
        let minter = Deployment {
            contract: Contract::Minter,
            address: self.minter.address().clone(),
            init: self.minter.state_init(),
            value: jetton::DEPLOY_VALUE,
        };
        let collections = self.collections.iter().map(|(id, collection)| Deployment {
            contract: Contract::Collection(*id),
            address: collection.address().clone(),
            init: collection.state_init(),
            value: sbt::DEPLOY_VALUE,
        });
        [minter].into_iter().chain(collections).collect()
    }
}

impl TokenDesign {
    fn metadata(&self) -> Cell {
        let decimals = self.decimals.to_string();
        metadata(&[
            ("name", Some(&self.name)),
            ("symbol", Some(&self.symbol)),
            ("decimals", Some(&decimals)),
            ("description", self.description.as_ref()),
            ("image", self.image.as_ref()),
        ])
    }
}

impl AchievementDesign {
    fn metadata(&self) -> Cell {
        metadata(&[("name", Some(&self.name)), ("image", self.image.as_ref())])
    }
}

fn metadata(fields: &[(&str, Option<&String>)]) -> Cell {
    let given = fields.iter();
    let given = given.filter_map(|(name, text)| Some((*name, text.as_ref()?.as_str())));
    content::onchain(&given.collect::<Vec<_>>())
}

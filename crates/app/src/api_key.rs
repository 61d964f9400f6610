use ledger::{ApiKeyId, CurrencyId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::random_bytes;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Read,
    Mint,
    Burn,
    Transfer,
    Exchange,
    Notes,
    Holds,
    Purchase,
    Reward,
    Reverse,
    /// Currencies, groups, rates, holders' standing, webhooks.
    Manage,
}

impl Scope {
    pub const ALL: [Scope; 11] = [
        Scope::Read,
        Scope::Mint,
        Scope::Burn,
        Scope::Transfer,
        Scope::Exchange,
        Scope::Notes,
        Scope::Holds,
        Scope::Purchase,
        Scope::Reward,
        Scope::Reverse,
        Scope::Manage,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Mint => "mint",
            Scope::Burn => "burn",
            Scope::Transfer => "transfer",
            Scope::Exchange => "exchange",
            Scope::Notes => "notes",
            Scope::Holds => "holds",
            Scope::Purchase => "purchase",
            Scope::Reward => "reward",
            Scope::Reverse => "reverse",
            Scope::Manage => "manage",
        }
    }
}

/// The limits of a key: actions, currencies, and the most that one write may move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes {
    pub actions: Vec<Scope>,
    /// Empty for all.
    pub currencies: Vec<CurrencyId>,
    /// Minor units; none for no cap.
    pub cap: Option<i64>,
    /// Whether writes without a stated code site are refused.
    pub require_site: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct NewApiKey {
    /// The application that the key names in every origin: 1 to 64 visible characters.
    pub name: String,
    pub scopes: Scopes,
    /// [`ApiKeySecret::hash`].
    pub hash: [u8; 32],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub scopes: Scopes,
    /// Milliseconds since the Unix epoch.
    pub created_ms: i64,
    pub revoked_ms: Option<i64>,
}

/// A key as its owner keeps it: `scrip_` and 43 characters of base64url, 256 bits. Shown once, stored as a hash.
pub struct ApiKeySecret(String);

impl ApiKeySecret {
    pub const PREFIX: &'static str = "scrip_";

    pub fn random() -> Self {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let characters =
            random_bytes::<43>().map(|byte| char::from(ALPHABET[usize::from(byte & 63)]));
        Self(Self::PREFIX.chars().chain(characters).collect())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored. A plain hash is enough for 258 random bits.
    pub fn hash(secret: &str) -> [u8; 32] {
        Sha256::digest(secret).into()
    }
}

impl std::fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKeySecret(…)")
    }
}

impl Drop for ApiKeySecret {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

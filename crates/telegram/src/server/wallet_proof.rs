//! That a wallet is the player's: TON Connect's `ton_proof`, as the client passes it on.

use std::time::Duration;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use ledger::{TelegramUserId, TonAddress};
use serde::Deserialize;
use ton::proof::{Expected, ProofError, TonProof, verify};

use super::{addresses, config::Chain, proof_payload, state::Server};

/// How long the chain may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Deserialize)]
pub(super) struct WalletClaim {
    /// Raw or friendly.
    address: String,
    proof: Proof,
}

/// `ton_proof` with what the wallet said of itself when it was connected.
#[derive(Debug, Deserialize)]
struct Proof {
    timestamp: u64,
    domain: Domain,
    payload: String,
    /// base64.
    signature: String,
    /// base64 BoC (`walletStateInit`).
    #[serde(default, alias = "stateInit", alias = "walletStateInit")]
    state_init: Option<String>,
    /// Hexadecimal (`publicKey`).
    #[serde(default, alias = "publicKey")]
    public_key: Option<String>,
}

/// The text, or with its length as TON Connect writes it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Domain {
    Text(String),
    Counted {
        #[serde(rename = "lengthBytes")]
        length_bytes: usize,
        value: String,
    },
}

/// Why a wallet is not taken for the player's. Variants in the order in which they are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WalletProofError {
    NoChain,
    Address,
    /// Rewards that go to the shop's own address would come back to where they were sent from.
    Shop,
    Malformed {
        field: &'static str,
    },
    /// Not made here for this player, or too long ago.
    Payload,
    Proof(ProofError),
    ChainAway,
}

impl WalletProofError {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::NoChain => "no-chain",
            Self::Address => "address",
            Self::Shop => "shop",
            Self::Malformed { .. } => "malformed",
            Self::Payload | Self::Proof(ProofError::Payload) => "payload",
            Self::ChainAway => "chain-away",
            Self::Proof(ProofError::Domain) => "domain",
            Self::Proof(ProofError::Old) => "old",
            Self::Proof(ProofError::Future) => "future",
            Self::Proof(ProofError::StateInit) => "state-init",
            Self::Proof(ProofError::KeyUnknown) => "key-unknown",
            Self::Proof(ProofError::Key) => "key",
            Self::Proof(ProofError::Signature) => "signature",
        }
    }
}

impl Server {
    /// The wallet, if the player has proved that it is theirs.
    pub(super) async fn proved(
        &self,
        player: TelegramUserId,
        claim: &WalletClaim,
    ) -> Result<TonAddress, WalletProofError> {
        let chain = self.config.chain.as_ref();
        let chain = chain.ok_or(WalletProofError::NoChain)?;
        let address = ton::address::parse(&claim.address);
        let address = address.map_err(|_| WalletProofError::Address)?.address;
        let ours = addresses::ours(&address);
        if ours == chain.shop || ours == chain.minter {
            return Err(WalletProofError::Shop);
        }
        let proof = ton_proof(&claim.proof)?;
        let now_secs = u64::try_from(self.now_secs()).unwrap_or(0);
        if !proof_payload::is_good(&self.payload_key, player, &proof.payload, now_secs) {
            return Err(WalletProofError::Payload);
        }
        let expected = Expected {
            domain: &self.config.proof_domain,
            payload: &proof.payload,
            now_secs,
            max_age_secs: u64::from(self.config.proof_max_age_secs),
        };
        match verify(&address, &proof, &expected, None) {
            Err(ProofError::KeyUnknown) => {
                let key = key_on_chain(chain, &address).await?;
                verify(&address, &proof, &expected, key)
            }
            verified => verified,
        }
        .map_err(WalletProofError::Proof)?;
        Ok(ours)
    }
}

async fn key_on_chain(
    chain: &Chain,
    address: &ton::Address,
) -> Result<Option<[u8; 32]>, WalletProofError> {
    let Some(client) = &chain.client else {
        return Ok(None);
    };
    let asked = tokio::time::timeout(PATIENCE, client.public_key(address));
    match asked.await {
        Ok(Ok(key)) => Ok(key),
        Ok(Err(error)) => {
            tracing::warn!("a wallet's key could not be read from the chain: {error}");
            Err(WalletProofError::ChainAway)
        }
        Err(_) => Err(WalletProofError::ChainAway),
    }
}

fn ton_proof(proof: &Proof) -> Result<TonProof, WalletProofError> {
    let malformed = |field| WalletProofError::Malformed { field };
    let domain = match &proof.domain {
        Domain::Text(value) => value,
        Domain::Counted {
            length_bytes,
            value,
        } if *length_bytes == value.len() => value,
        Domain::Counted { .. } => return Err(malformed("proof.domain")),
    };
    let signature = base64(&proof.signature).and_then(|bytes| bytes.try_into().ok());
    let state_init = match &proof.state_init {
        Some(boc) => {
            let cell = ton::boc::parse_base64(boc);
            Some(cell.map_err(|_| malformed("proof.state_init"))?)
        }
        None => None,
    };
    let public_key = match &proof.public_key {
        Some(text) => {
            let key = text.parse::<ton::Hash>();
            Some(key.map_err(|_| malformed("proof.public_key"))?.0)
        }
        None => None,
    };
    Ok(TonProof {
        timestamp_secs: proof.timestamp,
        domain: domain.clone(),
        payload: proof.payload.clone(),
        signature: signature.ok_or(malformed("proof.signature"))?,
        state_init,
        public_key,
    })
}

fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD
        .decode(text)
        .or_else(|_| URL_SAFE.decode(text))
        .ok()
}

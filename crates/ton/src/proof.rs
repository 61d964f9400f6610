//! TON Connect's `ton_proof`: a wallet signs that it is the wallet.
//!
//! <https://github.com/ton-blockchain/ton-connect/blob/main/requests-responses.md#address-proof-signature-ton_proof>

use sha2::{Digest as _, Sha256};
use tycho_types::cell::Load as _;

use crate::{Address, Cell, KeyPair, StateInit, code, verify_signature};

/// A phone's clock may be a little ahead.
const AHEAD_MOST_SECS: u64 = 60;

/// What a wallet sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TonProof {
    /// Seconds since the Unix epoch, by the wallet's clock.
    pub timestamp_secs: u64,
    pub domain: String,
    /// The nonce that the server made.
    pub payload: String,
    pub signature: [u8; 64],
    /// What the wallet is deployed with, for one that is not deployed yet.
    pub state_init: Option<Cell>,
    /// The key that the wallet says it has; it proves nothing by itself.
    pub public_key: Option<[u8; 32]>,
}

/// What the server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected<'a> {
    pub domain: &'a str,
    pub payload: &'a str,
    pub now_secs: u64,
    pub max_age_secs: u64,
}

/// In the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error("the proof is for another domain")]
    Domain,
    #[error("the proof answers another request")]
    Payload,
    #[error("the proof is too old")]
    Old,
    #[error("the proof is from the future")]
    Future,
    #[error("the wallet's state init does not give its address")]
    StateInit,
    #[error(
        "the wallet's public key is not known: it is not deployed, and its code is not one we know"
    )]
    KeyUnknown,
    #[error("the public key is not the wallet's")]
    Key,
    #[error("the signature is wrong")]
    Signature,
}

/// The key is the chain's where the wallet is deployed, else that of the state init.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(
    address: &Address,
    proof: &TonProof,
    expected: &Expected<'_>,
    public_key_from_chain: Option<[u8; 32]>,
) -> Result<(), ProofError> {
    if proof.domain != expected.domain {
        return Err(ProofError::Domain);
    }
    if proof.payload != expected.payload {
        return Err(ProofError::Payload);
    }
    if proof.timestamp_secs.saturating_add(expected.max_age_secs) < expected.now_secs {
        return Err(ProofError::Old);
    }
    if proof.timestamp_secs > expected.now_secs.saturating_add(AHEAD_MOST_SECS) {
        return Err(ProofError::Future);
    }
    let key = key_of(address, proof, public_key_from_chain)?;
    if proof.public_key.is_some_and(|claimed| claimed != key) {
        return Err(ProofError::Key);
    }
    if !verify_signature(&key, &digest(address, proof), &proof.signature) {
        return Err(ProofError::Signature);
    }
    Ok(())
}

/// As a wallet does it.
#[must_use]
pub fn sign(keys: &KeyPair, address: &Address, unsigned: TonProof) -> TonProof {
    TonProof {
        signature: keys.sign(&digest(address, &unsigned)),
        ..unsigned
    }
}

fn key_of(
    address: &Address,
    proof: &TonProof,
    from_chain: Option<[u8; 32]>,
) -> Result<[u8; 32], ProofError> {
    let from_init = match &proof.state_init {
        Some(init) if *init.repr_hash() == address.address => public_key(init),
        Some(_) => return Err(ProofError::StateInit),
        None => None,
    };
    from_chain.or(from_init).ok_or(ProofError::KeyUnknown)
}

/// The public key in a state init whose code we know: wallets v4r2 and v5r1, and all that lie out like v3.
fn public_key(init: &Cell) -> Option<[u8; 32]> {
    let init = StateInit::load_from(&mut init.as_slice().ok()?).ok()?;
    let skip = key_offset(&init.code?)?;
    let data = init.data?;
    let mut data = data.as_slice().ok()?;
    data.skip_first(skip, 0).ok()?;
    data.load_u256().ok().map(|key| key.0)
}

/// Bits before the key in a wallet's data.
fn key_offset(code: &Cell) -> Option<u16> {
    let hash = code.repr_hash();
    if hash == code::wallet_v4r2().repr_hash() || V3.contains(&hash.to_string().as_str()) {
        // Sequence number and wallet id.
        Some(32 + 32)
    } else if hash == code::wallet_v5r1().repr_hash() {
        // Whether signatures are allowed, sequence number and wallet id.
        Some(1 + 32 + 32)
    } else {
        None
    }
}

/// The code of wallet v3r1 and v3r2.
const V3: [&str; 2] = [
    "b61041a58a7980b946e8fb9e198e3c904d24799ffa36574ea4251c41a566f581",
    "84dafa449f98a6987789ba232358072bc0f76dc4524002a5d0918b9a75d2d599",
];

/// What is signed.
fn digest(address: &Address, proof: &TonProof) -> [u8; 32] {
    let domain_bytes = u32::try_from(proof.domain.len()).unwrap_or(u32::MAX);
    let message = Sha256::new()
        .chain_update(b"ton-proof-item-v2/")
        .chain_update(i32::from(address.workchain).to_be_bytes())
        .chain_update(address.address.0)
        .chain_update(domain_bytes.to_le_bytes())
        .chain_update(&proof.domain)
        .chain_update(proof.timestamp_secs.to_le_bytes())
        .chain_update(&proof.payload)
        .finalize();
    Sha256::new()
        .chain_update([0xff, 0xff])
        .chain_update(b"ton-connect")
        .chain_update(message)
        .finalize()
        .into()
}

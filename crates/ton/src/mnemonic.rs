//! TON's own mnemonics: 24 words of BIP-39's English list, but another derivation, and a checksum that is found by trying.
//!
//! <https://docs.ton.org/standard/wallets/mnemonics>

use std::{fmt, sync::LazyLock};

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::RngExt as _;
use sha2::Sha512;
use zeroize::Zeroizing;

use crate::KeyPair;

/// How many words there are.
pub const WORDS: usize = 24;

const ROUNDS: u32 = 100_000;
const SEED_VERSION: &[u8] = b"TON seed version";
const DEFAULT_SEED: &[u8] = b"TON default seed";

static LIST: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("bip39_english.txt").lines().collect());

/// The secret words of a wallet, wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Mnemonic(Zeroizing<String>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MnemonicError {
    #[error("a mnemonic has {WORDS} words, not {0}")]
    Count(usize),
    /// Which one, from 1 on; the word itself is not said.
    #[error("word {0} is not in the list")]
    Word(usize),
    #[error("the words do not belong together, or need a password")]
    Checksum,
}

impl Mnemonic {
    /// New ones from the system's randomness. Takes some 250 tries of a few hundred hashes each.
    #[must_use]
    pub fn generate() -> Self {
        let mut rng = rand::rng();
        loop {
            let words: Vec<&str> = (0..WORDS)
                .map(|_| LIST[rng.random_range(0..LIST.len())])
                .collect();
            let mnemonic = Self(Zeroizing::new(words.join(" ")));
            if mnemonic.is_basic() {
                return mnemonic;
            }
        }
    }

    /// Words between any white space, in small or capital letters.
    ///
    /// # Errors
    /// What is wrong with them, without saying them.
    pub fn parse(text: &str) -> Result<Self, MnemonicError> {
        let text = Zeroizing::new(text.to_lowercase());
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.len() != WORDS {
            return Err(MnemonicError::Count(words.len()));
        }
        if let Some(place) = words
            .iter()
            .position(|word| LIST.binary_search(word).is_err())
        {
            return Err(MnemonicError::Word(place + 1));
        }
        let mnemonic = Self(Zeroizing::new(words.join(" ")));
        if mnemonic.is_basic() {
            Ok(mnemonic)
        } else {
            Err(MnemonicError::Checksum)
        }
    }

    /// To be shown once, to whoever keeps them.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ')
    }

    /// Takes 100,000 rounds of a hash, about a tenth of a second.
    #[must_use]
    pub fn key_pair(&self) -> KeyPair {
        let hash = pbkdf2(&self.entropy(), DEFAULT_SEED, ROUNDS);
        let seed = Zeroizing::new(*hash.first_chunk().expect("64 bytes begin with 32"));
        KeyPair::from_seed(&seed)
    }

    /// Whether it is a mnemonic without a password.
    fn is_basic(&self) -> bool {
        pbkdf2(&self.entropy(), SEED_VERSION, ROUNDS / 256)[0] == 0
    }

    fn entropy(&self) -> Zeroizing<[u8; 64]> {
        // The password, which would be the message, is empty.
        Zeroizing::new(keyed(self.0.as_bytes()).finalize().into_bytes().into())
    }
}

impl fmt::Debug for Mnemonic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mnemonic").finish_non_exhaustive()
    }
}

/// PBKDF2-HMAC-SHA512 (RFC 8018) of one block, which is all that is needed.
fn pbkdf2(password: &[u8; 64], salt: &[u8], rounds: u32) -> Zeroizing<[u8; 64]> {
    let keyed = keyed(password);
    let mut block = keyed
        .clone()
        .chain_update(salt)
        .chain_update(1_u32.to_be_bytes());
    let mut sum = Zeroizing::new([0; 64]);
    for round in 0..rounds {
        let hash = block.finalize().into_bytes();
        for (sum, byte) in sum.iter_mut().zip(&hash) {
            *sum ^= byte;
        }
        block = keyed.clone();
        if round + 1 < rounds {
            block.update(&hash);
        }
    }
    sum
}

fn keyed(key: &[u8]) -> Hmac<Sha512> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

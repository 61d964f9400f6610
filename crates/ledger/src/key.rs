use std::fmt;

use sha2::{Digest, Sha256};

/// Whose keys these are: keys of different applications never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyScope<'a>(pub &'a str);

/// What makes a command repeatable: at most one effect for ever.
///
/// 128 bits of SHA-256 over scope and text, so that stores keep one width whatever clients send.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey([u8; 16]);

impl IdempotencyKey {
    pub fn new(scope: KeyScope<'_>, text: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(scope.0.len().to_le_bytes());
        hash.update(scope.0);
        hash.update(text);
        Self(first(&hash.finalize()))
    }

    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdempotencyKey({:032x})", u128::from_be_bytes(self.0))
    }
}

/// 64 bits of SHA-256 over what a command asks for: the same key with another content is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHash(i64);

impl ContentHash {
    pub fn of(content: &[u8]) -> Self {
        Self(i64::from_be_bytes(first(&Sha256::digest(content))))
    }

    pub const fn from_bits(bits: i64) -> Self {
        Self(bits)
    }

    pub const fn bits(self) -> i64 {
        self.0
    }
}

fn first<const N: usize>(digest: &[u8]) -> [u8; N] {
    let mut start = [0; N];
    start
        .iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = *from);
    start
}

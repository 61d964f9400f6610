use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An account on TON, as its raw form writes it: `0:` and 64 hexadecimal digits
/// (<https://docs.ton.org/foundations/addresses/overview>). Forms for people are the chain crate's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TonAddress {
    workchain: i8,
    account: [u8; 32],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a raw address is a workchain, a colon and 64 hexadecimal digits")]
pub struct TonAddressError;

impl TonAddress {
    pub const fn new(workchain: i8, account: [u8; 32]) -> Self {
        Self { workchain, account }
    }

    pub const fn workchain(&self) -> i8 {
        self.workchain
    }

    pub const fn account(&self) -> &[u8; 32] {
        &self.account
    }
}

impl fmt::Display for TonAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.workchain)?;
        hex(&self.account, f)
    }
}

impl fmt::Debug for TonAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TonAddress({self})")
    }
}

impl FromStr for TonAddress {
    type Err = TonAddressError;

    fn from_str(text: &str) -> Result<Self, TonAddressError> {
        let (workchain, account) = text.split_once(':').ok_or(TonAddressError)?;
        let workchain = match workchain {
            "0" => 0,
            "-1" => -1,
            _ => return Err(TonAddressError),
        };
        let account = bytes(account).ok_or(TonAddressError)?;
        Ok(Self { workchain, account })
    }
}

/// The hash of a cell on TON: of a transaction or a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TonHash([u8; 32]);

impl TonHash {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// In hexadecimal.
impl fmt::Display for TonHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for TonHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TonHash({self})")
    }
}

impl FromStr for TonHash {
    type Err = TonAddressError;

    fn from_str(text: &str) -> Result<Self, TonAddressError> {
        bytes(text).map(Self).ok_or(TonAddressError)
    }
}

fn hex(bytes: &[u8; 32], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

fn bytes(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, digits) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        let digits = str::from_utf8(digits).ok()?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_addresses_are_read_and_written() {
        let text = format!("-1:{}", "0f".repeat(32));
        assert_eq!(
            text.parse::<TonAddress>().map(|read| read.to_string()),
            Ok(text)
        );
        for wrong in [
            "",
            "0:",
            "1:00",
            &"0".repeat(66),
            &format!("0:{}", "+1".repeat(32)),
        ] {
            assert!(wrong.parse::<TonAddress>().is_err(), "{wrong:?}");
        }
    }
}

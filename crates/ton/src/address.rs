//! Addresses in all the forms in which people and programs write them (TEP-2).

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE},
};

use crate::{Address, Hash};

/// An address and what its text says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    pub address: Address,
    /// None for the raw form, which does not say.
    pub bounceable: Option<bool>,
    /// None for the raw form, which does not say.
    pub testnet: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("the address is empty")]
    Empty,
    #[error("an address has 48 characters, or is a workchain, a colon and 64 hexadecimal digits")]
    Length,
    #[error("the address has a character that does not belong there")]
    Alphabet,
    #[error("the address's checksum is wrong")]
    Checksum,
    #[error("the address begins with an unknown tag")]
    Tag,
    #[error("the address's workchain is not a number that fits")]
    Workchain,
}

/// How a friendly address is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    pub bounceable: bool,
    pub testnet: bool,
}

const BOUNCEABLE: u8 = 0x11;
const NON_BOUNCEABLE: u8 = 0x51;
const TESTNET: u8 = 0x80;
/// Tag, workchain, account id, checksum.
const FRIENDLY_BYTES: usize = 36;

/// Any form: raw, or friendly in base64 of either alphabet.
///
/// # Errors
/// The first thing that is wrong with the text.
pub fn parse(text: &str) -> Result<Parsed, AddressError> {
    if text.is_empty() {
        return Err(AddressError::Empty);
    }
    match text.split_once(':') {
        Some((workchain, account)) => parse_raw(workchain, account),
        None => parse_friendly(text),
    }
}

/// `0:` and 64 small hexadecimal digits.
#[must_use]
pub fn raw(address: &Address) -> String {
    format!("{}:{}", address.workchain, address.address)
}

/// 48 characters of URL-safe base64 with checksum, as people copy it.
#[must_use]
pub fn friendly(address: &Address, form: Form) -> String {
    let mut bytes = [0; FRIENDLY_BYTES];
    bytes[0] = if form.bounceable {
        BOUNCEABLE
    } else {
        NON_BOUNCEABLE
    };
    if form.testnet {
        bytes[0] |= TESTNET;
    }
    bytes[1] = address.workchain.cast_unsigned();
    bytes[2..34].copy_from_slice(&address.address.0);
    let checksum = checksum(&bytes[..34]);
    bytes[34..].copy_from_slice(&checksum);
    BASE64_URL_SAFE.encode(bytes)
}

fn parse_raw(workchain: &str, account: &str) -> Result<Parsed, AddressError> {
    let number: i8 = workchain.parse().map_err(|_| AddressError::Workchain)?;
    // A number has one way to be written, so that an address has one.
    if number.to_string() != workchain {
        return Err(AddressError::Workchain);
    }
    if account.len() != 64 {
        return Err(AddressError::Length);
    }
    let hash: Hash = account.parse().map_err(|_| AddressError::Alphabet)?;
    Ok(Parsed {
        address: Address::new(number, hash),
        bounceable: None,
        testnet: None,
    })
}

fn parse_friendly(text: &str) -> Result<Parsed, AddressError> {
    if text.len() != 48 {
        return Err(AddressError::Length);
    }
    let engine = if text.contains(['-', '_']) {
        &BASE64_URL_SAFE
    } else {
        &BASE64_STANDARD
    };
    let decoded = engine.decode(text).map_err(|_| AddressError::Alphabet)?;
    let bytes: [u8; FRIENDLY_BYTES] = decoded.try_into().map_err(|_| AddressError::Length)?;
    if bytes[34..] != checksum(&bytes[..34]) {
        return Err(AddressError::Checksum);
    }
    let bounceable = match bytes[0] & !TESTNET {
        BOUNCEABLE => true,
        NON_BOUNCEABLE => false,
        _ => return Err(AddressError::Tag),
    };
    let hash = Hash::from_slice(&bytes[2..34]);
    Ok(Parsed {
        address: Address::new(bytes[1].cast_signed(), hash),
        bounceable: Some(bounceable),
        testnet: Some(bytes[0] & TESTNET != 0),
    })
}

/// CRC-16/XMODEM, big-endian.
fn checksum(bytes: &[u8]) -> [u8; 2] {
    tycho_types::crc::crc_16(bytes).to_be_bytes()
}

//! Metadata of tokens (TEP-64).

use sha2::{Digest as _, Sha256};
use tycho_types::{cell::HashBytes, dict::Dict};

use crate::{
    Cell, Hash,
    cells::{build, store},
    comment::{read_snake, snake},
};

const ONCHAIN: u8 = 0;
const OFFCHAIN: u8 = 1;
const SNAKE: u8 = 0;
/// An image in the data would be larger, and has no place on chain.
const VALUE_BYTES_MOST: usize = 16 * 1024;

/// Fields such as `name`, `symbol`, `decimals`, `description`, `image`, stored on chain.
#[must_use]
pub fn onchain(fields: &[(&str, &str)]) -> Cell {
    let mut dict: Dict<HashBytes, Cell> = Dict::new();
    for (name, value) in fields {
        let mut bytes = vec![SNAKE];
        bytes.extend_from_slice(value.as_bytes());
        dict.set(key(name), snake(&bytes))
            .expect("a dictionary of 256-bit keys takes any cell");
    }
    build(|builder| {
        builder.store_u8(ONCHAIN)?;
        store(builder, &dict)
    })
}

/// The address of a JSON document with the fields.
#[must_use]
pub fn offchain(uri: &str) -> Cell {
    let mut bytes = vec![OFFCHAIN];
    bytes.extend_from_slice(uri.as_bytes());
    snake(&bytes)
}

/// A field that is stored on chain.
#[must_use]
pub fn read_field(content: &Cell, name: &str) -> Option<String> {
    let mut slice = content.as_slice().ok()?;
    if slice.load_u8().ok()? != ONCHAIN {
        return None;
    }
    let dict = Dict::<HashBytes, Cell>::from_raw(match slice.load_bit().ok()? {
        true => Some(slice.load_reference_cloned().ok()?),
        false => None,
    });
    let value = dict.get(key(name)).ok()??;
    let mut value = value.as_slice().ok()?;
    if value.load_u8().ok()? != SNAKE {
        return None;
    }
    String::from_utf8(read_snake(value, VALUE_BYTES_MOST)?).ok()
}

/// The address of the JSON document, where that is how the content is kept.
#[must_use]
pub fn read_uri(content: &Cell) -> Option<String> {
    let mut slice = content.as_slice().ok()?;
    if slice.load_u8().ok()? != OFFCHAIN {
        return None;
    }
    String::from_utf8(read_snake(slice, VALUE_BYTES_MOST)?).ok()
}

fn key(name: &str) -> Hash {
    HashBytes(Sha256::digest(name).into())
}

//! How toncenter writes hashes, addresses and cells, and what it reads.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, Engine as _};
use serde_json::{Value, json};
use tycho_types::{
    boc::Boc,
    cell::{Cell, HashBytes},
    models::{IntAddr, StdAddr, StdAddrFormat},
};

pub(super) fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_STANDARD.encode(bytes)
}

pub(super) fn hash(hash: &HashBytes) -> String {
    base64(hash.as_slice())
}

/// Such as `0:83AE…`, in capitals.
pub(super) fn raw(address: &StdAddr) -> String {
    let hex: String = address
        .address
        .as_slice()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    format!("{}:{hex}", address.workchain)
}

pub(super) fn raw_or_null(address: Option<&IntAddr>) -> Value {
    match address {
        Some(IntAddr::Std(address)) => json!(raw(address)),
        Some(IntAddr::Var(_)) | None => Value::Null,
    }
}

/// For bouncing messages, on the main network, safe in URLs.
pub(super) fn friendly(address: &StdAddr) -> String {
    address.display_base64_url(true).to_string()
}

pub(super) fn boc(cell: &Cell) -> String {
    Boc::encode_base64(cell)
}

pub(super) fn read_address(text: &str) -> Option<StdAddr> {
    let found = StdAddr::from_str_ext(text.trim(), StdAddrFormat::any());
    found.ok().map(|(address, _)| address)
}

/// Hexadecimal or base64 of either kind.
pub(super) fn read_hash(text: &str) -> Option<HashBytes> {
    let bytes = if text.len() == 64 {
        (0..64_usize)
            .step_by(2)
            .map(|at| u8::from_str_radix(text.get(at..at.saturating_add(2))?, 16).ok())
            .collect::<Option<Vec<u8>>>()?
    } else {
        read_base64(text)?
    };
    Some(HashBytes(bytes.try_into().ok()?))
}

pub(super) fn read_base64(text: &str) -> Option<Vec<u8>> {
    // A plus sign that was not escaped in a URL has become a blank.
    let text = text.trim().replace(' ', "+");
    let standard = BASE64_STANDARD.decode(&text);
    standard.or_else(|_| BASE64_URL_SAFE.decode(&text)).ok()
}

pub(super) fn read_cell(text: &str) -> Option<Cell> {
    Boc::decode(read_base64(text)?).ok()
}

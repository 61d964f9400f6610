//! A get-method's arguments and results.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{GetMethodResult, StackEntry, number::Number};
use crate::{Address, Cell, address, boc, cells};

#[derive(Deserialize)]
pub(super) struct Answer {
    gas_used: Number<u64>,
    exit_code: Number<i32>,
    #[serde(default)]
    stack: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    value: Value,
}

impl Answer {
    pub(super) fn into_result(self) -> GetMethodResult {
        GetMethodResult {
            exit_code: self.exit_code.0,
            gas_used: self.gas_used.0,
            stack: self.stack.into_iter().map(Entry::into_entry).collect(),
        }
    }
}

impl Entry {
    /// What we cannot read stays as it is; whoever needs it will say so.
    fn into_entry(self) -> StackEntry {
        match self.kind.as_str() {
            "num" | "int" => match &self.value {
                Value::String(number) => StackEntry::Num(number.clone()),
                Value::Number(number) => StackEntry::Num(number.to_string()),
                _ => StackEntry::Other(self.value),
            },
            "cell" => cell(&self.value).map_or(StackEntry::Other(self.value), StackEntry::Cell),
            "slice" => cell(&self.value).map_or(StackEntry::Other(self.value), StackEntry::Slice),
            _ => StackEntry::Other(self.value),
        }
    }
}

/// A bag of cells, by itself or as `bytes` of an object.
fn cell(value: &Value) -> Option<Cell> {
    let text = value.as_str().or_else(|| value.get("bytes")?.as_str())?;
    boc::parse_base64(text).ok()
}

impl StackEntry {
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Num(number) => json!({"type": "num", "value": number}),
            Self::Cell(cell) => json!({"type": "cell", "value": boc::to_base64(cell)}),
            Self::Slice(cell) => json!({"type": "slice", "value": boc::to_base64(cell)}),
            Self::Other(value) => value.clone(),
        }
    }

    /// A number that is not negative and fits, from hexadecimal with `0x` or decimal text.
    #[must_use]
    pub fn number(&self) -> Option<u128> {
        let Self::Num(text) = self else {
            return None;
        };
        match text.strip_prefix("0x") {
            Some(digits) => u128::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        }
    }

    /// A number of 256 bits, from hexadecimal text with `0x`.
    #[must_use]
    pub fn number_256(&self) -> Option<[u8; 32]> {
        let Self::Num(text) = self else {
            return None;
        };
        let digits = text.strip_prefix("0x")?;
        if digits.is_empty()
            || digits.len() > 64
            || !digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        {
            return None;
        }
        format!("{digits:0>64}")
            .parse::<crate::Hash>()
            .ok()
            .map(|hash| hash.0)
    }

    #[must_use]
    pub fn address(&self) -> Option<Address> {
        let (Self::Cell(cell) | Self::Slice(cell)) = self else {
            return None;
        };
        cells::load_address(&mut cell.as_slice().ok()?).ok()?
    }

    /// An argument that is an address.
    #[must_use]
    pub fn of_address(address: &Address) -> Self {
        Self::Slice(cells::build(|builder| cells::store(builder, address)))
    }
}

pub(super) fn request(address: &Address, method: &str, stack: &[StackEntry]) -> Value {
    json!({
        "address": address::raw(address),
        "method": method,
        "stack": stack.iter().map(StackEntry::to_json).collect::<Vec<_>>(),
    })
}

//! What a request gives, from its query, its body or a JSON-RPC call: all of them say the same.

use serde_json::{Map, Value};
use tycho_types::{
    cell::{Cell, HashBytes},
    models::StdAddr,
};

use super::text;

#[derive(Debug, Clone, Default)]
pub(super) struct Given(Vec<(String, Value)>);

/// Why a request cannot be answered, in words for whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable(pub String);

impl Given {
    pub(super) fn of_query(query: Option<&str>) -> Self {
        let pairs = query.unwrap_or_default().split('&');
        let pairs = pairs.filter_map(|pair| pair.split_once('='));
        Self(
            pairs
                .map(|(key, value)| (unescaped(key), Value::String(unescaped(value))))
                .collect(),
        )
    }

    pub(super) fn of_object(object: Map<String, Value>) -> Self {
        Self(object.into_iter().collect())
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(name, _)| name == key);
        found
            .map(|(_, value)| value)
            .filter(|value| !value.is_null())
    }

    /// Every value under this name: repeated, separated by commas, or in an array.
    pub(super) fn all(&self, key: &str) -> Vec<String> {
        let found = self.0.iter().filter(|(name, _)| name == key);
        found
            .flat_map(|(_, value)| match value {
                Value::Array(values) => values.iter().filter_map(plain).collect(),
                value => plain(value)
                    .map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>())
                    .unwrap_or_default(),
            })
            .filter(|text: &String| !text.is_empty())
            .collect()
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key)
            .and_then(plain)
            .filter(|text| !text.is_empty())
    }

    pub(super) fn needed(&self, key: &str) -> Result<String, Unreadable> {
        self.text(key)
            .ok_or_else(|| Unreadable(format!("Missing required parameter {key}")))
    }

    pub(super) fn number(&self, key: &str) -> Result<Option<u64>, Unreadable> {
        self.text(key)
            .map(|text| {
                text.parse()
                    .map_err(|_| Unreadable(format!("failed to parse {key}: {text}")))
            })
            .transpose()
    }

    pub(super) fn address(&self, key: &str) -> Result<StdAddr, Unreadable> {
        let text = self.needed(key)?;
        text::read_address(&text)
            .ok_or_else(|| Unreadable(format!("failed to parse address: {text}")))
    }

    pub(super) fn addresses(&self, key: &str) -> Result<Vec<StdAddr>, Unreadable> {
        self.all(key)
            .iter()
            .map(|text| {
                text::read_address(text)
                    .ok_or_else(|| Unreadable(format!("failed to parse {key}: {text}")))
            })
            .collect()
    }

    pub(super) fn hash(&self, key: &str) -> Result<Option<HashBytes>, Unreadable> {
        self.text(key)
            .map(|text| {
                text::read_hash(&text)
                    .ok_or_else(|| Unreadable(format!("failed to parse {key}: {text}")))
            })
            .transpose()
    }

    pub(super) fn hashes(&self, key: &str) -> Result<Vec<HashBytes>, Unreadable> {
        self.all(key)
            .iter()
            .map(|text| {
                text::read_hash(text)
                    .ok_or_else(|| Unreadable(format!("failed to parse {key}: {text}")))
            })
            .collect()
    }

    /// Empty text is no cell.
    pub(super) fn cell(&self, key: &str) -> Result<Option<Cell>, Unreadable> {
        self.text(key)
            .map(|text| {
                text::read_cell(&text)
                    .ok_or_else(|| Unreadable(format!("failed to parse {key}: no bag of cells")))
            })
            .transpose()
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = after
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(escaped.unwrap_or(if first == b'+' { b' ' } else { first }));
        rest = if escaped.is_some() {
            after.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

//! One address in all of its forms.

use serde_json::{Value, json};
use tycho_types::models::StdAddr;

use super::text;

pub(super) fn detected(given: &str) -> Option<Value> {
    let address = text::read_address(given)?;
    Some(json!({
        "raw_form": text::raw(&address).to_ascii_lowercase(),
        "bounceable": form(&address, true),
        "non_bounceable": form(&address, false),
        "given_type": given_type(given),
        "test_only": false,
    }))
}

fn form(address: &StdAddr, bounceable: bool) -> Value {
    json!({
        "b64": address.display_base64(bounceable).to_string(),
        "b64url": address.display_base64_url(bounceable).to_string(),
    })
}

fn given_type(given: &str) -> &'static str {
    match given.chars().next() {
        _ if given.contains(':') => "raw_form",
        Some('E' | 'k') => "friendly_bounceable",
        _ => "friendly_non_bounceable",
    }
}

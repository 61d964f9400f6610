//! Signs init data as Telegram does, written a second time.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub const TOKEN: &str = "42:AAE_a-token-for-tests";

/// Init data with these fields.
pub fn signed(fields: &[(&str, &str)], token: &str) -> String {
    let mac = |key: &[u8], text: &str| -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let mut lines: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={v}")).collect();
    lines.sort();
    let hash = mac(&mac(b"WebAppData", token), &lines.join("\n"));
    let hash = hash.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    let all = fields.iter().copied().chain([("hash", hash.as_str())]);
    let pairs: Vec<String> = all.map(|(k, v)| format!("{k}={}", encoded(v))).collect();
    pairs.join("&")
}

/// Percent-encoded.
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
        out
    })
}

/// Of a user with this id and name, signed at a time.
pub fn init_data(id: u64, name: &str, now_secs: i64) -> String {
    let user = format!(r#"{{"id":{id},"first_name":"{name}","language_code":"en"}}"#);
    let date = now_secs.to_string();
    signed(
        &[("auth_date", &date), ("query_id", "q"), ("user", &user)],
        TOKEN,
    )
}

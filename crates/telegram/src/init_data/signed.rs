use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Fields;
use crate::BotToken;

/// What a bot's init data is signed with: HMAC-SHA256 of the token under the key `WebAppData`.
#[derive(Clone)]
pub struct InitDataKey(Zeroizing<[u8; 32]>);

impl InitDataKey {
    pub fn of(token: &BotToken) -> Self {
        let secret = mac(b"WebAppData", token.expose().as_bytes());
        Self(Zeroizing::new(secret.finalize().into_bytes().into()))
    }

    /// Init data with these fields, signed as Telegram does: for where there is no Telegram.
    pub fn sign(&self, fields: &[(&str, &str)]) -> String {
        let fields: BTreeMap<&str, &str> = fields.iter().copied().collect();
        let lines = fields.iter().map(|(name, text)| format!("{name}={text}"));
        let lines = lines.collect::<Vec<_>>().join("\n");
        let hash = mac(&*self.0, lines.as_bytes()).finalize().into_bytes();
        let pairs = fields.iter();
        let mut raw = pairs.fold(String::new(), |mut raw, (name, text)| {
            write!(raw, "{name}={}&", encoded(text)).expect("a string takes any text");
            raw
        });
        raw.push_str("hash=");
        hash.iter().fold(raw, |mut raw, byte| {
            write!(raw, "{byte:02x}").expect("a string takes any text");
            raw
        })
    }

    /// Whether `hash` is over all other fields, the third party's `signature` among them. Takes the same time wherever it differs.
    pub(super) fn signed(&self, fields: &Fields) -> bool {
        let hash = fields.get("hash").and_then(from_hex);
        let mac = mac(&*self.0, fields.lines(&["hash"]).as_bytes());
        hash.is_some_and(|hash| mac.verify_slice(&hash).is_ok())
    }
}

impl fmt::Debug for InitDataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InitDataKey(hidden)")
    }
}

/// Telegram's public keys, as its documentation gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TelegramKey {
    Production,
    Test,
}

impl TelegramKey {
    const fn bytes(self) -> [u8; 32] {
        match self {
            Self::Production => [
                0xe7, 0xbf, 0x03, 0xa2, 0xfa, 0x46, 0x02, 0xaf, 0x45, 0x80, 0x70, 0x3d, 0x88, 0xdd,
                0xa5, 0xbb, 0x59, 0xf3, 0x2e, 0xd8, 0xb0, 0x2a, 0x56, 0xc1, 0x87, 0xfe, 0x7d, 0x34,
                0xca, 0xed, 0x24, 0x2d,
            ],
            Self::Test => [
                0x40, 0x05, 0x50, 0x58, 0xa4, 0xee, 0x38, 0x15, 0x6a, 0x06, 0x56, 0x2e, 0x52, 0xee,
                0xce, 0x92, 0xa7, 0x71, 0xbc, 0xd8, 0x34, 0x6a, 0x8c, 0x46, 0x15, 0xcb, 0x73, 0x76,
                0xed, 0xdf, 0x72, 0xec,
            ],
        }
    }

    pub(super) fn signed(self, bot_id: u64, fields: &Fields) -> bool {
        let lines = fields.lines(&["hash", "signature"]);
        let message = format!("{bot_id}:WebAppData\n{lines}");
        let signature = fields.get("signature").and_then(signature);
        let key = VerifyingKey::from_bytes(&self.bytes());
        match (key, signature) {
            (Ok(key), Some(signature)) => key.verify_strict(message.as_bytes(), &signature).is_ok(),
            _ => false,
        }
    }
}

/// base64url; Telegram leaves the padding out.
fn signature(text: &str) -> Option<Signature> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    Signature::from_slice(&bytes).ok()
}

fn mac(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac
}

/// Percent-encoded: all but letters and digits.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes any text");
        }
        out
    })
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
    }
    Some(bytes)
}

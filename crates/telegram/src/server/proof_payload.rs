//! What a wallet is asked to sign: made here for one player, good for a while, and not kept.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ledger::TelegramUserId;
use subtle::ConstantTimeEq;

use super::run_token::{DerivedKey, decoded};

const TAG: usize = 16;
const LENGTH: usize = 8 + 8 + TAG;

/// 43 characters: TON Connect allows 128.
pub(super) fn make(key: &DerivedKey, player: TelegramUserId, expires_secs: u64) -> String {
    let nonce: [u8; 8] = app::random_bytes();
    let expires = expires_secs.to_be_bytes();
    let tag = tag(key, player, &expires, &nonce);
    URL_SAFE_NO_PAD.encode([&expires[..], &nonce, &tag].concat())
}

/// Whether this player was asked to sign this, and the time for it is not over.
pub(super) fn is_good(
    key: &DerivedKey,
    player: TelegramUserId,
    payload: &str,
    now_secs: u64,
) -> bool {
    let Some(bytes) = decoded::<LENGTH>(payload) else {
        return false;
    };
    let (mut expires, mut nonce) = ([0; 8], [0; 8]);
    expires.copy_from_slice(&bytes[..8]);
    nonce.copy_from_slice(&bytes[8..16]);
    let tag = tag(key, player, &expires, &nonce);
    bool::from(tag.ct_eq(&bytes[16..])) && now_secs <= u64::from_be_bytes(expires)
}

fn tag(key: &DerivedKey, player: TelegramUserId, expires: &[u8; 8], nonce: &[u8; 8]) -> [u8; TAG] {
    let mac = key.mac(&[&player.get().to_be_bytes(), expires, nonce]);
    let mut tag = [0; TAG];
    tag.copy_from_slice(&mac[..TAG]);
    tag
}

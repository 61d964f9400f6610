//! A run that was begun, as its player carries it: nothing is kept here until it is handed in.
//!
//! 16 random bytes, when it began, and a MAC over both and the player, under a key that follows from the bot's token. The level's seed is
//! part of the same MAC: nobody chooses it, and it needs no place.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use ledger::{RunId, TelegramUserId};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::BotToken;

const TAG: usize = 16;
const LENGTH: usize = 16 + 8 + TAG;

/// A key that follows from the bot's token, for one use.
#[derive(Clone)]
pub(super) struct DerivedKey(Zeroizing<[u8; 32]>);

impl DerivedKey {
    pub(super) fn of(token: &BotToken, for_what: &'static str) -> Self {
        let key = Self(Zeroizing::new([0; 32]));
        let mac = key.mac_with(token.expose().as_bytes(), &[for_what.as_bytes()]);
        Self(Zeroizing::new(mac))
    }

    pub(super) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.mac_with(&*self.0, parts)
    }

    #[expect(clippy::unused_self, reason = "reads as what the other one does")]
    fn mac_with(&self, key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for DerivedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DerivedKey(hidden)")
    }
}

/// A run that this server gave to this player.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begun {
    pub(super) run: RunId,
    pub(super) seed: u32,
    pub(super) began_ms: i64,
}

/// Why a text is no run to be handed in. Variants in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunTokenError {
    Malformed,
    NotYours,
    Expired,
}

/// When a run may be handed in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Within {
    pub(super) now_ms: i64,
    pub(super) max_age_secs: u32,
}

/// Servers of one game may differ by so much.
const AHEAD_MS: i64 = 60_000;

pub(super) fn begin(key: &DerivedKey, player: TelegramUserId, began_ms: i64) -> (Begun, String) {
    let id: [u8; 16] = app::random_bytes();
    let (tag, seed) = tag_and_seed(key, player, &id, began_ms);
    let text = [&id[..], &began_ms.to_be_bytes(), &tag].concat();
    let begun = Begun {
        run: RunId::from_bytes(id),
        seed,
        began_ms,
    };
    (begun, URL_SAFE_NO_PAD.encode(text))
}

pub(super) fn read(
    key: &DerivedKey,
    player: TelegramUserId,
    text: &str,
    within: Within,
) -> Result<Begun, RunTokenError> {
    let bytes: Option<[u8; LENGTH]> = decoded(text);
    let bytes = bytes.ok_or(RunTokenError::Malformed)?;
    let (mut id, mut time) = ([0; 16], [0; 8]);
    id.copy_from_slice(&bytes[..16]);
    time.copy_from_slice(&bytes[16..24]);
    let began_ms = i64::from_be_bytes(time);
    let (tag, seed) = tag_and_seed(key, player, &id, began_ms);
    if !bool::from(tag.ct_eq(&bytes[24..])) {
        return Err(RunTokenError::NotYours);
    }
    let age_ms = within.now_ms.saturating_sub(began_ms);
    if age_ms < -AHEAD_MS || age_ms > i64::from(within.max_age_secs).saturating_mul(1_000) {
        return Err(RunTokenError::Expired);
    }
    Ok(Begun {
        run: RunId::from_bytes(id),
        seed,
        began_ms,
    })
}

/// base64url without padding, of exactly so many bytes; written in one way only.
pub(super) fn decoded<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
    (length == N).then_some(bytes)
}

fn tag_and_seed(
    key: &DerivedKey,
    player: TelegramUserId,
    id: &[u8; 16],
    began_ms: i64,
) -> ([u8; TAG], u32) {
    let player = player.get().to_be_bytes();
    let mac = key.mac(&[&player, id, &began_ms.to_be_bytes()]);
    let (mut tag, mut seed) = ([0; TAG], [0; 4]);
    tag.copy_from_slice(&mac[..TAG]);
    seed.copy_from_slice(&mac[28..]);
    (tag, u32::from_be_bytes(seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_795_250_000_000;

    fn key(token: &str) -> DerivedKey {
        DerivedKey::of(&BotToken::parse(token).unwrap(), "runs")
    }

    fn player(id: u64) -> TelegramUserId {
        TelegramUserId::new(id).unwrap()
    }

    #[test]
    fn a_run_is_read_by_its_player_for_a_day() {
        let (begun, text) = begin(&key("1:a"), player(7), NOW_MS);
        let check = |token, id, now_ms, expect: Result<Begun, RunTokenError>| {
            let within = Within {
                now_ms,
                max_age_secs: 86_400,
            };
            assert_eq!(read(&key(token), player(id), &text, within), expect);
        };
        check("1:a", 7, NOW_MS, Ok(begun));
        check("1:a", 7, NOW_MS + 86_400_000, Ok(begun));
        check("1:a", 7, NOW_MS + 86_400_001, Err(RunTokenError::Expired));
        check("1:a", 7, NOW_MS - 60_001, Err(RunTokenError::Expired));
        check("1:a", 8, NOW_MS, Err(RunTokenError::NotYours));
        check("1:b", 7, NOW_MS, Err(RunTokenError::NotYours));
    }

    #[test]
    fn no_byte_of_it_can_be_changed() {
        let key = key("1:a");
        let (_, text) = begin(&key, player(7), NOW_MS);
        let within = Within {
            now_ms: NOW_MS,
            max_age_secs: 86_400,
        };
        for at in 0..text.len() {
            for other in ["A", "B", "_", "=", "!", "é"] {
                let mut changed = text.clone();
                changed.replace_range(at..=at, other);
                let read = read(&key, player(7), &changed, within);
                assert!(changed == text || read.is_err(), "{changed}");
            }
        }
        for text in ["", "AAAA", &text[1..], &format!("{text}A")] {
            assert_eq!(
                read(&key, player(7), text, within),
                Err(RunTokenError::Malformed)
            );
        }
    }

    #[test]
    fn seeds_differ() {
        let key = key("1:a");
        let seeds: std::collections::HashSet<u32> = (0..100)
            .map(|_| begin(&key, player(7), NOW_MS).0.seed)
            .collect();
        assert!(seeds.len() > 95);
    }
}

//! Bank notes as text: JSON Web Tokens (RFC 7519, RFC 8037) that anyone can read and only we can write.
//!
//! What a token may be is fixed before it is read: three parts, a header of `alg`, `typ` and `kid` and nothing else, and the one
//! algorithm that belongs to the key id. So there is nothing in it that could talk the verifier into another key or algorithm.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use ledger::{CurrencyId, Decimals, IdSequence, Identity, NoteId, Platform};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{NoteRecord, random_bytes};

/// What a bank note says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteClaims {
    pub note: NoteId,
    pub currency: CurrencyId,
    /// Decimal text in the currency's decimals.
    pub amount: String,
    pub recipient: Identity,
    /// Who wrote it, such as the address of the server.
    pub issuer: String,
    /// Seconds since the Unix epoch.
    pub issued_secs: i64,
}

impl NoteClaims {
    /// What the token of a recorded note says: the same at every time.
    pub fn of(record: &NoteRecord, decimals: Decimals, issuer: &str) -> Self {
        Self {
            note: record.id,
            currency: record.note.currency,
            amount: record.note.amount.display(decimals).to_string(),
            recipient: record.note.recipient.clone(),
            issuer: issuer.to_owned(),
            issued_secs: IdSequence::time_ms(record.id.get()).div_euclid(1_000),
        }
    }
}

/// Why a text is not a bank note of ours. Variants in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteTokenError {
    #[error("a bank note has at most {} characters", NoteKeys::LONGEST)]
    TooLong,
    #[error("the text is not a bank note")]
    Malformed,
    #[error("the bank note is signed with a key that is not known here")]
    UnknownKey,
    #[error("the bank note names another algorithm than its key's")]
    Algorithm,
    #[error("the bank note's signature is not right")]
    Signature,
}

/// Why stored or configured keys are not taken.
#[derive(Debug, thiserror::Error)]
pub enum NoteKeysError {
    #[error("the note keys are not readable")]
    Unreadable(#[source] serde_json::Error),
    #[error("there are no note keys")]
    Empty,
    #[error("the note key {0:?} is not a key of its algorithm")]
    Bad(String),
    #[error("a secret for signing notes has at least 32 bytes")]
    Weak,
}

/// The keys that sign bank notes: the newest signs, all verify. Each has exactly one algorithm.
pub struct NoteKeys(Vec<Key>);

/// What anybody may know of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteKeyLine {
    pub id: String,
    /// `EdDSA` or `HS256`.
    pub algorithm: &'static str,
    /// Notes from this time on are signed with it, in milliseconds since the Unix epoch.
    pub since_ms: i64,
}

struct Key {
    id: String,
    /// Notes from this time on are signed with it, in milliseconds since the Unix epoch.
    since_ms: i64,
    secret: Secret,
}

enum Secret {
    EdDsa(SigningKey),
    Hs256(Zeroizing<Vec<u8>>),
}

impl NoteKeys {
    /// Bytes of the longest token that is looked at.
    pub const LONGEST: usize = 4_096;

    /// A first Ed25519 key.
    pub fn generate(now_ms: i64) -> Self {
        Self(vec![Key::random(now_ms)])
    }

    /// A new key signs from now on. The old ones stay: their notes verify, and a repeated request gets its first token again.
    pub fn rotate(&mut self, now_ms: i64) {
        self.0.push(Key::random(now_ms));
    }

    /// Signs with HMAC-SHA256 from now on, unless that is so already.
    ///
    /// # Errors
    /// When the secret is shorter than 32 bytes.
    pub fn use_hs256(&mut self, secret: &[u8], now_ms: i64) -> Result<(), NoteKeysError> {
        let key = Key::hs256(secret, now_ms)?;
        if self.0.last().is_none_or(|newest| newest.id != key.id) {
            self.0.push(key);
        }
        Ok(())
    }

    /// Signs with Ed25519 from now on, unless that is so already: a shared secret is no longer configured.
    pub fn use_ed25519(&mut self, now_ms: i64) {
        if self.newest().algorithm == "HS256" {
            self.rotate(now_ms);
        }
    }

    /// What can be said of each key, the oldest first. A key that was taken up again stands here twice.
    pub fn list(&self) -> Vec<NoteKeyLine> {
        self.0.iter().map(Key::line).collect()
    }

    /// The one that was added last.
    pub fn newest(&self) -> NoteKeyLine {
        self.0
            .last()
            .expect("there is always a key: every constructor makes or demands one")
            .line()
    }

    /// The token of a note: the same for the same claims, however often it is asked for.
    pub fn sign(&self, claims: &NoteClaims) -> String {
        let key = self.signing(claims.issued_secs);
        let header = Header {
            alg: key.secret.algorithm(),
            typ: Some("JWT"),
            kid: &key.id,
        };
        let mut token = part(&header);
        token.push('.');
        token.push_str(&part(&Payload::from(claims)));
        let signature = key.secret.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }

    /// Reads a token, and believes nothing of it before its signature is checked.
    ///
    /// # Errors
    /// [`NoteTokenError`]: it is no note of ours. Whether a note is still good only the ledger knows.
    pub fn verify(&self, token: &str) -> Result<NoteClaims, NoteTokenError> {
        use NoteTokenError::{Algorithm, Malformed, TooLong, UnknownKey};
        if token.len() > Self::LONGEST {
            return Err(TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Malformed)?;
        let (header, payload, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
        let header: Header<'_> = serde_json::from_slice(&header).map_err(|_| Malformed)?;
        let key = self.key(header.kid).ok_or(UnknownKey)?;
        if header.alg != key.secret.algorithm() || header.typ.is_some_and(|typ| typ != "JWT") {
            return Err(Algorithm);
        }
        key.secret.verify(signed.as_bytes(), &signature)?;
        let payload: Payload<'_> = serde_json::from_slice(&payload).map_err(|_| Malformed)?;
        payload.claims().ok_or(Malformed)
    }

    /// The public keys, as a JSON Web Key Set (RFC 7517). Shared secrets are no part of it.
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self.0.iter().filter_map(Key::public).collect();
        serde_json::json!({ "keys": keys })
    }

    /// All keys with their secrets, for [`NoteKeys::from_json`].
    pub fn to_json(&self) -> Zeroizing<String> {
        // Reserved at once, so that no half of it is left behind by growing.
        let mut json = Zeroizing::new(String::with_capacity(64 + self.0.len() * 512));
        json.push_str("{\"keys\":[");
        for (index, key) in self.0.iter().enumerate() {
            if index > 0 {
                json.push(',');
            }
            let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(key.secret.bytes()));
            let (id, since, algorithm) = (&key.id, key.since_ms, key.secret.algorithm());
            for piece in [
                "{\"kid\":\"",
                id,
                "\",\"alg\":\"",
                algorithm,
                "\",\"since_ms\":",
                &since.to_string(),
                ",\"secret\":\"",
                &secret,
                "\"}",
            ] {
                json.push_str(piece);
            }
        }
        json.push_str("]}");
        json
    }

    /// # Errors
    /// When the text is not what [`NoteKeys::to_json`] writes.
    pub fn from_json(json: &str) -> Result<Self, NoteKeysError> {
        let stored: StoredKeys = serde_json::from_str(json).map_err(NoteKeysError::Unreadable)?;
        if stored.keys.is_empty() {
            return Err(NoteKeysError::Empty);
        }
        let keys: Result<Vec<Key>, NoteKeysError> = stored.keys.iter().map(Key::stored).collect();
        keys.map(Self)
    }

    fn key(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }

    fn signing(&self, at_secs: i64) -> &Key {
        let at_ms = at_secs.saturating_mul(1_000).saturating_add(999);
        let newest = self
            .0
            .iter()
            .rev()
            .find(|key| key.since_ms <= at_ms)
            .or(self.0.first());
        newest.expect("there is always a key: every constructor makes or demands one")
    }
}

impl std::fmt::Debug for NoteKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|key| &key.id))
            .finish()
    }
}

impl Key {
    fn random(since_ms: i64) -> Self {
        let seed = Zeroizing::new(random_bytes::<32>());
        Self::eddsa(&seed, since_ms)
    }

    fn eddsa(seed: &[u8; 32], since_ms: i64) -> Self {
        let secret = SigningKey::from_bytes(seed);
        let x = URL_SAFE_NO_PAD.encode(secret.verifying_key().as_bytes());
        // RFC 7638: the thumbprint of the public key.
        let thumbprint =
            Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#).as_bytes());
        Self {
            id: URL_SAFE_NO_PAD.encode(thumbprint),
            since_ms,
            secret: Secret::EdDsa(secret),
        }
    }

    fn hs256(secret: &[u8], since_ms: i64) -> Result<Self, NoteKeysError> {
        if secret.len() < 32 {
            return Err(NoteKeysError::Weak);
        }
        let mut named = Sha256::new_with_prefix(b"scrip note key");
        named.update(secret);
        let name = named.finalize();
        Ok(Self {
            id: format!(
                "hs256-{}",
                URL_SAFE_NO_PAD.encode(name.get(..12).unwrap_or_default())
            ),
            since_ms,
            secret: Secret::Hs256(Zeroizing::new(secret.to_vec())),
        })
    }

    fn stored(stored: &StoredKey) -> Result<Self, NoteKeysError> {
        let bad = || NoteKeysError::Bad(stored.kid.clone());
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.decode(&stored.secret).map_err(|_| bad())?);
        let key = match stored.alg.as_str() {
            "EdDSA" => {
                let seed: &[u8; 32] = secret.as_slice().try_into().map_err(|_| bad())?;
                Key::eddsa(seed, stored.since_ms)
            }
            "HS256" => Key::hs256(&secret, stored.since_ms)?,
            _ => return Err(bad()),
        };
        if key.id == stored.kid {
            Ok(key)
        } else {
            Err(bad())
        }
    }

    fn line(&self) -> NoteKeyLine {
        NoteKeyLine {
            id: self.id.clone(),
            algorithm: self.secret.algorithm(),
            since_ms: self.since_ms,
        }
    }

    fn public(&self) -> Option<serde_json::Value> {
        let Secret::EdDsa(key) = &self.secret else {
            return None;
        };
        Some(serde_json::json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": self.id,
            "x": URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes()),
        }))
    }
}

impl Secret {
    const fn algorithm(&self) -> &'static str {
        match self {
            Secret::EdDsa(_) => "EdDSA",
            Secret::Hs256(_) => "HS256",
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Secret::EdDsa(key) => key.as_bytes(),
            Secret::Hs256(secret) => secret,
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Secret::EdDsa(key) => key.sign(message).to_bytes().to_vec(),
            Secret::Hs256(secret) => mac(secret, message).finalize().into_bytes().to_vec(),
        }
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), NoteTokenError> {
        let right = match self {
            Secret::EdDsa(key) => Signature::from_slice(signature).is_ok_and(|signature| {
                key.verifying_key()
                    .verify_strict(message, &signature)
                    .is_ok()
            }),
            Secret::Hs256(secret) => mac(secret, message).verify_slice(signature).is_ok(),
        };
        if right {
            Ok(())
        } else {
            Err(NoteTokenError::Signature)
        }
    }
}

fn mac(secret: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(message);
    mac
}

fn part(content: &impl Serialize) -> String {
    let json = serde_json::to_vec(content).expect("headers and claims are plain texts and numbers");
    URL_SAFE_NO_PAD.encode(json)
}

fn decode(part: &str) -> Result<Vec<u8>, NoteTokenError> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| NoteTokenError::Malformed)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    alg: &'a str,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    typ: Option<&'a str>,
    kid: &'a str,
}

/// The claims as they stand in the token. Numbers that could pass 2^53 are texts.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Payload<'a> {
    currency_id: CurrencyId,
    amount: &'a str,
    jti: NoteId,
    recipient_id: String,
    iss: std::borrow::Cow<'a, str>,
    iat: i64,
}

impl<'a> From<&'a NoteClaims> for Payload<'a> {
    fn from(claims: &'a NoteClaims) -> Self {
        // Discord's users by their bare number, as the first notes had it.
        let recipient_id = match claims.recipient.platform() {
            Platform::Discord => claims.recipient.subject().to_owned(),
            _ => claims.recipient.to_string(),
        };
        Self {
            currency_id: claims.currency,
            amount: &claims.amount,
            jti: claims.note,
            recipient_id,
            iss: claims.issuer.as_str().into(),
            iat: claims.issued_secs,
        }
    }
}

impl Payload<'_> {
    fn claims(self) -> Option<NoteClaims> {
        let recipient = if self.recipient_id.contains(':') {
            self.recipient_id.parse().ok()?
        } else {
            Identity::new(Platform::Discord, self.recipient_id).ok()?
        };
        Some(NoteClaims {
            note: self.jti,
            currency: self.currency_id,
            amount: self.amount.to_owned(),
            recipient,
            issuer: self.iss.into_owned(),
            issued_secs: self.iat,
        })
    }
}

#[derive(Deserialize)]
struct StoredKeys {
    keys: Vec<StoredKey>,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct StoredKey {
    kid: String,
    alg: String,
    since_ms: i64,
    secret: String,
}

#[cfg(test)]
mod tests;

//! One-time codes that join two identities of one person into one wallet.
//!
//! A code is known only to whoever asked for it; what is kept is its hash, in two memos. One for each identity says which code is
//! good now, so that asking again ends the earlier one. One for each of a fixed number of places finds the identity by the hash, so
//! that codes which nobody used leave nothing behind that grows. That a code works once is the ledger's word: the link's idempotency
//! key is the code itself.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    panic::Location,
    sync::{Mutex, PoisonError},
};

use economy::{Link, Refusal};
use ledger::{HolderId, IdempotencyKey, Identity, KeyScope, Platform};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use crate::{App, Asked, HolderRecord, Receipt, StoreError, WriteError, random_bytes};

/// How long a code is good.
pub const LINK_CODE_SECS: u32 = 600;
const LIFE_MS: i64 = LINK_CODE_SECS as i64 * 1_000;
/// Without what people confuse: 0 and O, 1 and I.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Fifty random bits: among a thousand good codes, five guesses find one in a 200,000,000 times.
const LENGTH: usize = 10;
/// More codes than this are never good at the same time.
const PLACES: u16 = 1 << 15;
/// As many wrong codes as one identity may enter within the life of a code.
const WRONG: u32 = 5;

/// A code as its asker gets it, such as `7KQ2M-XW4RT`.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkCode {
    text: String,
    /// In milliseconds since the Unix epoch.
    pub expires_ms: i64,
}

impl LinkCode {
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkCode(hidden, until {})", self.expires_ms)
    }
}

/// Two identities of one person share a wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Whoever asked for the code.
    pub with: Identity,
    /// What was written; none when they were one already.
    pub receipt: Option<Receipt>,
}

/// Why there is no code, or why a code joins nothing. Variants in the order in which they are checked.
#[derive(Debug, thiserror::Error)]
pub enum LinkRefusal {
    #[error("only people have wallets that can be joined")]
    NoPerson,
    /// This very request has been answered with a code that nobody can tell again.
    #[error("the code was given before")]
    GivenBefore,
    #[error("too many wrong codes were entered")]
    TooManyWrong { again_ms: i64 },
    /// Mistyped, made up, or long over.
    #[error("there is no such code")]
    UnknownCode,
    #[error("the code was used before")]
    Used,
    #[error("its owner has asked for a newer code")]
    Replaced,
    #[error("the code is too old")]
    Expired,
    #[error("the code is the asker's own")]
    Own,
    /// A wallet has one identity of each platform on which people have one.
    #[error("both have an identity of {}", .0.as_str())]
    SamePlatform(Platform),
    #[error("there is no currency yet")]
    NoCurrency,
    #[error("refused: {}", .refusal.name())]
    Refused {
        refusal: Refusal,
        /// The redeemer's holder, so that a refusal can say whose wallet it is about.
        own: HolderId,
    },
    #[error("could not join the wallets")]
    Store(#[source] StoreError),
}

impl From<StoreError> for LinkRefusal {
    fn from(error: StoreError) -> Self {
        LinkRefusal::Store(error)
    }
}

/// Which code of an identity is good.
#[derive(Serialize, Deserialize)]
struct Current {
    hash: String,
    expires_ms: i64,
    /// The request that it was made for.
    asked: String,
    used_by: Option<String>,
}

/// Whose code has a hash.
#[derive(Serialize, Deserialize)]
struct Place {
    hash: String,
    of: String,
    expires_ms: i64,
}

/// A code that exists, or did.
struct Found {
    of: Identity,
    /// The newest of that identity: not always this one.
    current: Current,
}

impl App {
    /// A code for this identity. A code that it asked for earlier is no longer good.
    ///
    /// # Errors
    /// When it was asked for with this key before, or when the store does not answer.
    pub async fn link_code(
        &self,
        identity: &Identity,
        key: IdempotencyKey,
    ) -> Result<LinkCode, LinkRefusal> {
        must_be_person(identity)?;
        let asked = hex(key.bytes());
        let earlier: Option<Current> = self.link_memo(name_of(identity)).await?;
        if let Some(earlier) = &earlier
            && earlier.asked == asked
        {
            return Err(LinkRefusal::GivenBefore);
        }
        let (code, hash) = self.unused_code().await?;
        let expires_ms = self.clock().now_ms().saturating_add(LIFE_MS);
        let current = Current {
            hash: hash.clone(),
            expires_ms,
            asked,
            used_by: None,
        };
        let place = Place {
            hash: hash.clone(),
            of: identity.to_string(),
            expires_ms,
        };
        self.link_memo_set(place_of(&hash), &Some(place)).await?;
        self.link_memo_set(name_of(identity), &Some(current))
            .await?;
        if let Some(earlier) = earlier {
            self.clear_place(&earlier.hash).await?;
        }
        let text = format!("{}-{}", &code[..LENGTH / 2], &code[LENGTH / 2..]);
        Ok(LinkCode { text, expires_ms })
    }

    /// Joins the wallets of whoever enters a code and of whoever asked for it. A Discord identity keeps its holder: what is counted for
    /// each of its reactions stays counted. The key of what is written is the code's, not that of `asked`.
    #[track_caller]
    pub fn link_redeem(
        &self,
        asked: Asked,
        code: &str,
        by: Identity,
    ) -> impl Future<Output = Result<Linked, LinkRefusal>> + Send + use<> {
        let location = Location::caller();
        let (app, code) = (self.clone(), plain(code));
        async move {
            must_be_person(&by)?;
            app.link_tries.count(&by, app.clock().now_ms())?;
            let hash = code.as_deref().map(hash_of);
            let found = match &hash {
                Some(hash) => app.found(hash).await?,
                None => None,
            };
            let (Some(hash), Some(found)) = (hash, found) else {
                return Err(LinkRefusal::UnknownCode);
            };
            app.link_tries.forgive(&by);
            let with = found.of.clone();
            if app.used_before(&found, &hash, &by)? {
                let receipt = None;
                return Ok(Linked { with, receipt });
            }
            let key = IdempotencyKey::new(KeyScope("link"), &hash);
            let asked = Asked { key, ..asked };
            let receipt = app.join(&asked, &with, &by, location).await?;
            app.mark_used(found, by).await;
            Ok(Linked { with, receipt })
        }
    }

    /// Whether this identity has used the code already; refused when nobody can use it now.
    fn used_before(&self, found: &Found, hash: &str, by: &Identity) -> Result<bool, LinkRefusal> {
        let Found { of, current } = found;
        if current.hash != hash {
            return Err(LinkRefusal::Replaced);
        }
        match &current.used_by {
            Some(user) if *user == by.to_string() => return Ok(true),
            Some(_) => return Err(LinkRefusal::Used),
            None => {}
        }
        if self.clock().now_ms() >= current.expires_ms {
            return Err(LinkRefusal::Expired);
        }
        if of == by {
            return Err(LinkRefusal::Own);
        }
        Ok(false)
    }

    /// None when they are one already.
    async fn join(
        &self,
        asked: &Asked,
        with: &Identity,
        by: &Identity,
        location: &'static Location<'static>,
    ) -> Result<Option<Receipt>, LinkRefusal> {
        // Somebody else may join one of the two at this moment: then both are looked up again.
        for last in [false, true] {
            let (asker, redeemer) = (self.fresh(with).await?, self.fresh(by).await?);
            if asker.id == redeemer.id {
                return Ok(None);
            }
            let (from, into) = direction(&asker, &redeemer)?;
            let currencies = self.store().currencies().await?;
            let probe = currencies.first().ok_or(LinkRefusal::NoCurrency)?.id;
            self.note_join(from, into).await?;
            let command = Link { from, into, probe };
            match self
                .written(|| self.write(asked.clone(), command.clone().into(), location))
                .await
            {
                Ok(receipt) => return Ok(Some(receipt)),
                Err(WriteError::KeyReused) => return Err(LinkRefusal::Used),
                Err(WriteError::Refused(Refusal::HolderMerged { .. })) if !last => {}
                Err(WriteError::Refused(refusal)) => {
                    let own = redeemer.id;
                    return Err(LinkRefusal::Refused { refusal, own });
                }
                Err(WriteError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unknown.into())
    }

    /// An unknown outcome is asked for again under the same key, which tells what it was.
    async fn written<F>(&self, write: impl Fn() -> F) -> Result<Receipt, WriteError>
    where
        F: Future<Output = Result<Receipt, WriteError>>,
    {
        match write().await {
            Err(WriteError::Store(StoreError::Unknown)) => write().await,
            settled => settled,
        }
    }

    /// The holder of an identity as it is now, not as this process remembers it.
    async fn fresh(&self, identity: &Identity) -> Result<HolderRecord, StoreError> {
        let store = self.store();
        if let Some(record) = store.holder_by_identity(identity.clone()).await? {
            return Ok(record);
        }
        store.holders_ensure(vec![identity.clone()]).await?;
        let made = store.holder_by_identity(identity.clone()).await?;
        made.ok_or(StoreError::Damaged("an identity without a holder".into()))
    }

    async fn found(&self, hash: &str) -> Result<Option<Found>, StoreError> {
        let place: Option<Place> = self.link_memo(place_of(hash)).await?;
        let Some(place) = place.filter(|place| place.hash == hash) else {
            return Ok(None);
        };
        let Ok(of) = place.of.parse::<Identity>() else {
            return Ok(None);
        };
        let current: Option<Current> = self.link_memo(name_of(&of)).await?;
        Ok(current.map(|current| Found { of, current }))
    }

    /// A new code with its hash, whose place no good code has. Should all be taken, an earlier asker has to ask again.
    async fn unused_code(&self) -> Result<(String, String), StoreError> {
        let now_ms = self.clock().now_ms();
        for _ in 0..16 {
            let code = random_code();
            let hash = hash_of(&code);
            let place: Option<Place> = self.link_memo(place_of(&hash)).await?;
            if place.is_none_or(|place| place.expires_ms <= now_ms) {
                return Ok((code, hash));
            }
        }
        let code = random_code();
        let hash = hash_of(&code);
        Ok((code, hash))
    }

    async fn clear_place(&self, hash: &str) -> Result<(), StoreError> {
        let place: Option<Place> = self.link_memo(place_of(hash)).await?;
        // Kept for a while by others' codes only: who enters this one hears that there is a newer one.
        match place {
            Some(place) if place.hash == hash => {
                let over = Place {
                    expires_ms: 0,
                    ..place
                };
                self.link_memo_set(place_of(hash), &Some(over)).await
            }
            _ => Ok(()),
        }
    }

    /// So that whoever used it hears so again; for others the ledger remembers.
    async fn mark_used(&self, found: Found, by: Identity) {
        let Found { of, current } = found;
        let current = Current {
            used_by: Some(by.to_string()),
            ..current
        };
        let marked = async {
            let now: Option<Current> = self.link_memo(name_of(&of)).await?;
            match now {
                Some(now) if now.hash == current.hash => {
                    self.link_memo_set(name_of(&of), &Some(current)).await
                }
                _ => Ok(()),
            }
        };
        if let Err(error) = marked.await {
            tracing::warn!(%error, "a used code cannot be marked");
        }
    }

    async fn link_memo<T: DeserializeOwned>(&self, name: String) -> Result<Option<T>, StoreError> {
        let memo = self.store().memo(name).await?;
        Ok(memo.and_then(|value| serde_json::from_value(value).ok()))
    }

    async fn link_memo_set<T: Serialize>(&self, name: String, memo: &T) -> Result<(), StoreError> {
        let value = serde_json::to_value(memo).expect("a memo of texts and numbers is JSON");
        self.store().memo_set(name, value).await
    }
}

fn must_be_person(identity: &Identity) -> Result<(), LinkRefusal> {
    match identity.platform() {
        Platform::Discord | Platform::Telegram | Platform::App => Ok(()),
        Platform::Guild | Platform::Operator => Err(LinkRefusal::NoPerson),
    }
}

/// Whose holder goes and whose stays.
fn direction(
    asker: &HolderRecord,
    redeemer: &HolderRecord,
) -> Result<(HolderId, HolderId), LinkRefusal> {
    let has = |record: &HolderRecord, platform| {
        record
            .identities
            .iter()
            .any(|identity| identity.platform() == platform)
    };
    for platform in [Platform::Discord, Platform::Telegram] {
        if has(asker, platform) && has(redeemer, platform) {
            return Err(LinkRefusal::SamePlatform(platform));
        }
    }
    for platform in [Platform::Discord, Platform::Telegram] {
        if has(redeemer, platform) {
            return Ok((asker.id, redeemer.id));
        }
        if has(asker, platform) {
            break;
        }
    }
    Ok((redeemer.id, asker.id))
}

fn name_of(identity: &Identity) -> String {
    format!("link.of.{identity}")
}

/// The place of a code follows from its hash, which says no more of the code than is kept anyway.
fn place_of(hash: &str) -> String {
    let number = u16::from_str_radix(hash.get(..4).unwrap_or_default(), 16).unwrap_or_default();
    format!("link.place.{}", number % PLACES)
}

fn hash_of(code: &str) -> String {
    hex(&Sha256::digest(format!("link code {code}")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn random_code() -> String {
    let bytes: [u8; LENGTH] = random_bytes();
    bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect()
}

/// A code as people type it: with or without its dash, in capitals or not. None for what cannot be one.
fn plain(typed: &str) -> Option<String> {
    let kept = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-' && *c != '`');
    let code: String = kept
        .map(|c| c.to_ascii_uppercase())
        .take(LENGTH + 1)
        .collect();
    let fits = code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
    fits.then_some(code)
}

/// Wrong codes of each identity, since when. In memory: whoever restarts the process to guess on has other ways.
#[derive(Debug, Default)]
pub(crate) struct LinkTries(Mutex<HashMap<Identity, Tries>>);

#[derive(Debug, Clone, Copy)]
struct Tries {
    wrong: u32,
    until_ms: i64,
}

impl LinkTries {
    /// Of so many identities at most; those whose time is over go first.
    const MOST: usize = 10_000;

    /// Counts a code as wrong before it is looked up, so that many at once are not more than many in turn.
    fn count(&self, by: &Identity, now_ms: i64) -> Result<(), LinkRefusal> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.retain(|_, tries| now_ms < tries.until_ms);
        }
        if known.len() >= Self::MOST {
            known.clear();
        }
        let new = Tries {
            wrong: 0,
            until_ms: now_ms.saturating_add(LIFE_MS),
        };
        let tries = known.entry(by.clone()).or_insert(new);
        if now_ms >= tries.until_ms {
            *tries = new;
        }
        if tries.wrong >= WRONG {
            let again_ms = tries.until_ms;
            return Err(LinkRefusal::TooManyWrong { again_ms });
        }
        tries.wrong = tries.wrong.saturating_add(1);
        Ok(())
    }

    /// It was not wrong.
    fn forgive(&self, by: &Identity) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = known.get_mut(by) {
            tries.wrong = tries.wrong.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let check = |typed: &str, expect: Option<&str>| {
            assert_eq!(plain(typed).as_deref(), expect, "{typed:?}");
        };
        check("7KQ2M-XW4RT", Some("7KQ2MXW4RT"));
        check(" `7kq2m xw4rt` ", Some("7KQ2MXW4RT"));
        check("7KQ2MXW4R", None);
        check("7KQ2MXW4RTT", None);
        check("0KQ2M-XW4RT", None);
        check("ÄKQ2M-XW4RT", None);
        check("", None);
    }

    #[test]
    fn codes_are_made_of_what_is_read() {
        let code = random_code();
        assert_eq!(plain(&code), Some(code.clone()));
        assert_ne!(random_code(), code);
    }

    #[test]
    fn after_five_wrong_codes_there_is_a_pause() {
        let tries = LinkTries::default();
        let (ann, ben) = (Identity::discord(1), Identity::discord(2));
        let may = |who: &Identity, now_ms| tries.count(who, now_ms).is_ok();
        for at in 0..5 {
            assert!(may(&ann, at), "{at}");
        }
        assert!(!may(&ann, 5));
        assert!(may(&ben, 5));
        assert!(!may(&ann, LIFE_MS - 1));
        assert!(may(&ann, LIFE_MS), "counted anew");
        for at in 0..9 {
            assert!(may(&ben, at));
            tries.forgive(&ben);
        }
    }
}

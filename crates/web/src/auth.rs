use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use app::{ApiKeySecret, App, Scope, Scopes};
use axum::http::{HeaderMap, header::AUTHORIZATION};
use ledger::{ApiKeyId, CurrencyId, HolderId, Identity, Platform};

use crate::problem::Problem;

/// The application behind a request, by its key.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) id: ApiKeyId,
    pub(crate) name: String,
    pub(crate) scopes: Scopes,
    /// Idempotency keys of different API keys never meet.
    pub(crate) key_scope: String,
    /// Who ordered what this key writes.
    pub(crate) actor: HolderId,
    read_ms: i64,
}

impl Caller {
    pub(crate) fn must(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.actions.contains(&scope) {
            Ok(())
        } else {
            Err(Problem::scope_missing(scope))
        }
    }

    pub(crate) fn sees(&self, currency: CurrencyId) -> bool {
        self.scopes.currencies.is_empty() || self.scopes.currencies.contains(&currency)
    }

    pub(crate) fn must_see(&self, currency: CurrencyId) -> Result<(), Problem> {
        if self.sees(currency) {
            Ok(())
        } else {
            Err(Problem::currency_not_allowed(currency))
        }
    }

    /// Whether this key may move so many minor units of a currency at once.
    pub(crate) fn must_move(&self, currency: CurrencyId, minor_units: i64) -> Result<(), Problem> {
        self.must_see(currency)?;
        match self.scopes.cap {
            Some(cap) if minor_units > cap => Err(Problem::above_cap(cap, minor_units)),
            _ => Ok(()),
        }
    }

    /// A key without a list and a cap: what it may move need not be looked up.
    pub(crate) fn unlimited(&self) -> bool {
        self.scopes.currencies.is_empty() && self.scopes.cap.is_none()
    }
}

/// The secret that a request brings. The scheme's name is case-insensitive (RFC 9110, 11.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let secret = secret.trim_matches(' ');
    let ours = scheme.eq_ignore_ascii_case("bearer") && secret.starts_with(ApiKeySecret::PREFIX);
    (ours && secret.len() <= 256).then_some(secret)
}

/// Keys as they were a few seconds ago at most, so that a write does not read the database for its key.
#[derive(Debug, Default)]
pub(crate) struct KeyCache(RwLock<HashMap<[u8; 32], Arc<Caller>>>);

impl KeyCache {
    const FRESH_MS: i64 = 3_000;
    const MOST: usize = 10_000;

    pub(crate) fn get(&self, hash: &[u8; 32], now_ms: i64) -> Option<Arc<Caller>> {
        let known = self.0.read().ok()?;
        let caller = known.get(hash)?;
        let age_ms = now_ms.saturating_sub(caller.read_ms);
        (0..=Self::FRESH_MS)
            .contains(&age_ms)
            .then(|| Arc::clone(caller))
    }

    /// Reads a key from the store. `None` when there is no such key, or it is revoked.
    pub(crate) async fn read(
        &self,
        app: &App,
        hash: [u8; 32],
    ) -> Result<Option<Arc<Caller>>, Problem> {
        let stored = app.store().api_key_by_hash(hash).await?;
        let Some(key) = stored.filter(|key| key.revoked_ms.is_none()) else {
            if let Ok(mut known) = self.0.write() {
                known.remove(&hash);
            }
            return Ok(None);
        };
        let identity = Identity::new(Platform::App, format!("key/{}", key.id))
            .expect("a number after key/ is a visible text");
        let caller = Arc::new(Caller {
            actor: app.holder(identity).await?,
            key_scope: format!("key:{}", key.id),
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            read_ms: app.clock().now_ms(),
        });
        if let Ok(mut known) = self.0.write() {
            if known.len() >= Self::MOST {
                known.clear();
            }
            known.insert(hash, Arc::clone(&caller));
        }
        Ok(Some(caller))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_bearer_tokens_are_secrets() {
        fn check(header: &str, expect: Option<&str>) {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, header.parse().unwrap());
            assert_eq!(bearer(&headers), expect, "{header:?}");
        }
        check("Bearer scrip_abc", Some("scrip_abc"));
        check("bearer  scrip_abc ", Some("scrip_abc"));
        check("Bearer", None);
        check("Bearer other_abc", None);
        check("Basic scrip_abc", None);
        check("scrip_abc", None);
        check(&format!("Bearer scrip_{}", "a".repeat(300)), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}

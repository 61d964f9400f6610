use std::sync::{Arc, PoisonError, RwLock};

use ledger::Decimals;

use crate::{NoteClaims, NoteKeys, NoteRecord, NoteTokenError, Store, StoreError};

/// Bank notes as texts, with the keys of this moment: what every front writes and reads them with.
#[derive(Debug, Clone)]
pub struct NoteBook(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Who writes them (`iss`), such as the server's public address.
    issuer: String,
    keys: RwLock<Arc<NoteKeys>>,
}

impl NoteBook {
    pub fn new(keys: NoteKeys, issuer: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            issuer: issuer.into(),
            keys: RwLock::new(Arc::new(keys)),
        }))
    }

    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    pub fn keys(&self) -> Arc<NoteKeys> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }

    /// Goes on with other keys: the ones it had and newer ones, after a rotation.
    pub fn renew(&self, keys: NoteKeys) {
        let mut held = self.0.keys.write().unwrap_or_else(PoisonError::into_inner);
        *held = Arc::new(keys);
    }

    /// The token of a recorded note: the same at every time.
    pub fn token(&self, record: &NoteRecord, decimals: Decimals) -> String {
        let claims = NoteClaims::of(record, decimals, &self.0.issuer);
        self.keys().sign(&claims)
    }

    /// Reads a note as people paste it: with spaces and line breaks, in backticks or quotes, or inside the address of its page.
    ///
    /// # Errors
    /// [`NoteTokenError`]: it is no note of ours.
    pub fn read(&self, pasted: &str) -> Result<NoteClaims, NoteTokenError> {
        if pasted.len() > NoteKeys::LONGEST * 2 {
            return Err(NoteTokenError::TooLong);
        }
        self.keys().verify(&Self::token_in(pasted))
    }

    /// The characters that belong to a token: what stands around and between them comes from pasting.
    pub fn token_in(pasted: &str) -> String {
        let (_, token) = pasted.rsplit_once("token=").unwrap_or(("", pasted));
        let is_noise = |c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '`' | '"' | '\'' | '<' | '>' | '“' | '”' | '\u{200b}'
                        ..='\u{200f}' | '\u{2060}' | '\u{feff}'
                )
        };
        token.chars().filter(|c| !is_noise(*c)).collect()
    }

    /// What the ledger knows of a note that was read. Nothing where it never had this one, as after the restore of an older backup.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn recorded(
        &self,
        store: &dyn Store,
        claims: &NoteClaims,
    ) -> Result<Option<NoteRecord>, StoreError> {
        let record = store.note(claims.note).await?;
        Ok(record.filter(|record| {
            record.note.currency == claims.currency && record.note.recipient == claims.recipient
        }))
    }
}

#[cfg(test)]
mod tests {
    use ledger::{CurrencyId, Identity, NoteId};

    use super::*;

    fn claims() -> NoteClaims {
        NoteClaims {
            note: NoteId::new(5).unwrap(),
            currency: CurrencyId::new(7).unwrap(),
            amount: "12.50".into(),
            recipient: Identity::discord(563_437_347_899_965_455),
            issuer: "scrip".into(),
            issued_secs: 1_795_250_000,
        }
    }

    #[test]
    fn a_note_is_read_however_it_was_pasted() {
        let book = NoteBook::new(NoteKeys::generate(0), "scrip");
        let token = book.keys().sign(&claims());
        let (first, rest) = token.split_at(100);
        for pasted in [
            token.clone(),
            format!(" {token}\n"),
            format!("```\n{token}\n```"),
            format!("“{token}”"),
            format!("{first}\n  {rest}\u{200b}"),
            format!("<https://scrip.example/note?token={token}>"),
        ] {
            assert_eq!(book.read(&pasted), Ok(claims()), "{pasted:?}");
        }
        for (other, expect) in [
            (String::new(), NoteTokenError::Malformed),
            (format!("{token}{token}"), NoteTokenError::Malformed),
            (format!("x{token}"), NoteTokenError::Malformed),
            ("a".repeat(8_193), NoteTokenError::TooLong),
            ("a".repeat(4_097), NoteTokenError::TooLong),
        ] {
            assert_eq!(book.read(&other), Err(expect), "{other:?}");
        }
    }

    #[test]
    fn all_who_have_the_book_take_the_new_keys() {
        let mut keys = NoteKeys::generate(0);
        let book = NoteBook::new(NoteKeys::from_json(&keys.to_json()).unwrap(), "scrip");
        let (other, old) = (book.clone(), book.keys().sign(&claims()));
        keys.rotate(1_795_250_000_000);
        book.renew(keys);
        assert_eq!(other.read(&old), Ok(claims()));
        let new = other.keys().sign(&claims());
        assert_ne!(new, old);
        assert_eq!(book.read(&new), Ok(claims()));
    }
}

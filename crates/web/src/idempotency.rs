//! `Idempotency-Key`: what makes a write repeatable.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::problem::Problem;

pub(crate) const HEADER: &str = "Idempotency-Key";

/// Says that an answer is the one that this key got first.
pub(crate) fn mark_replayed(headers: &mut HeaderMap) {
    const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
}

pub(crate) fn from_headers(headers: &HeaderMap) -> Result<&str, Problem> {
    let value = headers.get("idempotency-key").ok_or_else(|| {
        Problem::bad_request(
            HEADER,
            "Every write needs an Idempotency-Key: a text of your own that is new for each new request and the same for its repetition.",
        )
    })?;
    checked(HEADER, value.to_str().unwrap_or_default())
}

/// A key has 1 to 255 visible ASCII characters.
pub(crate) fn checked<'a>(field: &str, key: &'a str) -> Result<&'a str, Problem> {
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    if visible && (1..=255).contains(&key.len()) {
        Ok(key)
    } else {
        Err(Problem::bad_request(
            field,
            "An idempotency key has 1 to 255 visible ASCII characters.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii() {
        fn check(key: &str, expect: bool) {
            assert_eq!(checked(HEADER, key).is_ok(), expect, "{key:?}");
        }
        check("order-1", true);
        check(&"k".repeat(255), true);
        check(&"k".repeat(256), false);
        check("", false);
        check("a b", false);
        check("ключ", false);
        check("🪙", false);
        check("a\u{7}", false);
    }
}

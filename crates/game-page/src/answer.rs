//! How a file is answered: what a cache may do with it, how it is compressed, and what a page may do.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::Value;

use crate::{content_type::content_type, files::File, replies, settings::Page};

/// For what has a hash in its name.
const A_YEAR: &str = "public, max-age=31536000, immutable";
/// For what wallets and explorers show.
const AN_HOUR: &str = "public, max-age=3600";
/// A cache may keep it, and asks whether it still is the same.
const ASK: &str = "no-cache";

const EVERYBODY: HeaderValue = HeaderValue::from_static("*");
const NOSNIFF: (HeaderName, HeaderValue) = (
    header::X_CONTENT_TYPE_OPTIONS,
    HeaderValue::from_static("nosniff"),
);

/// TON Connect's window sets an empty `ontouchstart` (the hash is of nothing), writes styles, shows wallets' pictures from anywhere and talks to their bridges. Telegram's web clients show the
/// game in a frame.
const GAME_POLICY: &str = "default-src 'none'; script-src 'self'; script-src-attr 'unsafe-hashes' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; \
     font-src 'self' data:; connect-src 'self' https: wss:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'self' https://web.telegram.org https://*.telegram.org";
/// The demo talks to nobody else.
const DEMO_POLICY: &str = "default-src 'none'; script-src 'self'; script-src-attr 'unsafe-hashes' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

pub(crate) fn page(file: &File, page: Page, asked: &HeaderMap) -> Response {
    let policy = match page {
        Page::Telegram => GAME_POLICY,
        Page::Demo => DEMO_POLICY,
    };
    let mut response = kept(file, ASK, asked);
    let headers = response.headers_mut();
    let policy = HeaderValue::from_static(policy);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    // Telegram's data stand in the address.
    let referrer = HeaderValue::from_static("no-referrer");
    headers.insert(header::REFERRER_POLICY, referrer);
    response
}

pub(crate) fn file(file: &File, asked: &HeaderMap) -> Response {
    let keep = if file.is_immutable() { A_YEAR } else { AN_HOUR };
    let mut response = kept(file, keep, asked);
    // Explorers look at pictures from their own pages.
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, EVERYBODY);
    response
}

/// For wallets and explorers, which ask from pages of their own.
pub(crate) fn document(document: &Value) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(content_type("_.json")),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static(AN_HOUR)),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, EVERYBODY),
        // Without a public URL the answer has the host that was asked.
        (
            header::VARY,
            HeaderValue::from_static("host, x-forwarded-proto"),
        ),
        NOSNIFF,
    ];
    (headers, document.to_string()).into_response()
}

pub(crate) fn html(status: StatusCode, text: &'static str) -> Response {
    let html = content_type("_.html");
    (status, [(header::CONTENT_TYPE, html)], text).into_response()
}

pub(crate) fn not_found() -> Response {
    (StatusCode::NOT_FOUND, replies::NOT_FOUND).into_response()
}

/// The file, or that what was kept of it still is right.
fn kept(file: &File, keep: &'static str, asked: &HeaderMap) -> Response {
    let brotli = file.brotli.filter(|_| takes_brotli(asked));
    let tag = match brotli {
        Some(_) => format!("\"{}-br\"", file.hash),
        None => format!("\"{}\"", file.hash),
    };
    let mut response = if has(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        whole(file, brotli)
    };
    let headers = response.headers_mut();
    let tag = HeaderValue::from_str(&tag).expect("a hash is hexadecimal digits");
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(NOSNIFF.0, NOSNIFF.1);
    if file.brotli.is_some() {
        let by = HeaderValue::from_static("accept-encoding");
        headers.insert(header::VARY, by);
    }
    response
}

fn whole(file: &File, brotli: Option<&'static [u8]>) -> Response {
    let kind = [(header::CONTENT_TYPE, content_type(file.path))];
    match brotli {
        Some(bytes) => (kind, [(header::CONTENT_ENCODING, "br")], bytes).into_response(),
        None => (kind, file.bytes).into_response(),
    }
}

/// The values of a header that is a list, over all its lines.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',').map(str::trim))
}

/// RFC 9110, 12.5.3: named, and not with the weight zero.
fn takes_brotli(asked: &HeaderMap) -> bool {
    listed(asked, &header::ACCEPT_ENCODING).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let weight = weight.trim().strip_prefix("q=").map(str::parse::<f32>);
        let refused = matches!(weight, Some(Ok(weight)) if weight <= 0.0);
        name.trim().eq_ignore_ascii_case("br") && !refused
    })
}

/// RFC 9110, 13.1.2: a proxy may have made the tag a weak one.
fn has(asked: &HeaderMap, tag: &str) -> bool {
    listed(asked, &header::IF_NONE_MATCH)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

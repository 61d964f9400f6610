//! The page that shows a bank note as a picture, with nothing loaded from anywhere and nothing that must run in the browser.

mod ornament;
mod qr;

use std::{fmt::Write, sync::OnceLock};

use app::{CurrencyPicture, NoteClaims, NoteTokenError};
use base64::{Engine, engine::general_purpose::STANDARD};
use economy::NoteState;
use jiff::Timestamp;
use ledger::{Currency, IdSequence, Identity, Platform};
use sha2::{Digest, Sha256};

use crate::html::escaped;

const STYLE: &str = include_str!("style.css");

/// The page's own style, pictures that stand in it, and a form that goes back to it.
pub(crate) fn policy() -> &'static str {
    static POLICY: OnceLock<String> = OnceLock::new();
    POLICY.get_or_init(|| {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        format!("default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
    })
}

/// A note whose signature is ours.
pub(crate) struct Shown<'a> {
    pub(crate) claims: &'a NoteClaims,
    /// None where the ledger does not know the note.
    pub(crate) state: Option<NoteState>,
    pub(crate) currency: Option<&'a Currency>,
    pub(crate) picture: Option<&'a CurrencyPicture>,
    pub(crate) token: &'a str,
}

/// The page before anything was pasted.
pub(crate) fn empty() -> String {
    page(
        "A bank note",
        "<h1>Look at a bank note</h1><p>A bank note is money in the form of a text. Paste one to see what it is worth, whom it is for, and whether it is still good.</p>",
        "",
    )
}

/// A text that is no bank note of this server.
pub(crate) fn not_ours(error: NoteTokenError) -> String {
    let why = match error {
        NoteTokenError::TooLong => "It is longer than any bank note.",
        NoteTokenError::Malformed => {
            "It does not have the form of a bank note. Check that you copied all of it, and nothing else."
        }
        NoteTokenError::UnknownKey => {
            "It is signed with a key that is not known here. If it is a bank note at all, another server wrote it."
        }
        NoteTokenError::Algorithm | NoteTokenError::Signature => {
            "Its signature is not right: somebody changed or made up what it says."
        }
    };
    let body = format!(
        "<h1>Not a bank note of this server</h1><p class=\"state bad\"><b>Not good</b> <span>{why}</span></p>"
    );
    page("Not a bank note", &body, "")
}

/// The ledger does not answer.
pub(crate) fn away() -> String {
    page(
        "A bank note",
        "<h1>The bank is closed for a moment</h1><p>Whether this note is good cannot be seen now. Try again in a minute.</p>",
        "",
    )
}

pub(crate) fn note(shown: &Shown<'_>) -> String {
    let name = currency_name(shown.currency);
    let title = format!("{} {name}", shown.claims.amount);
    let standing = Standing::of(shown.state);
    let mut body = format!("<h1>Bank note</h1>{}", face(shown, &name, standing.class));
    let _ = write!(
        body,
        "<p class=\"state {}\"><b>{}</b> <span>{}</span></p>",
        standing.class,
        standing.word,
        standing.sentence(shown)
    );
    if standing.is_good() {
        body.push_str(
            "<p class=\"quiet\">Only its recipient can redeem it, and once: in Discord with <code>/note redeem</code>, in any server with the bot or in a message to it.</p>",
        );
    }
    let _ = write!(
        body,
        "<details><summary>The note as text</summary><textarea readonly spellcheck=\"false\" aria-label=\"The note as text\">{}</textarea>\
         <p class=\"quiet\">It is a JSON Web Token. Its signature can be checked with the keys in <a href=\"/.well-known/jwks.json\">the key set</a> of this server.</p></details>",
        escaped(shown.token)
    );
    page(&title, &body, "another ")
}

fn face(shown: &Shown<'_>, name: &str, class: &str) -> String {
    let claims = shown.claims;
    let amount = escaped(&claims.amount);
    let long = if amount.len() > 12 { " long" } else { "" };
    let hue = ornament::hue(claims.currency.get()) % 12;
    let code = qr::svg(shown.token).unwrap_or_default();
    format!(
        "<article class=\"note {class} h{hue}\">{}<div class=\"face\"><div><div class=\"currency\">{}<span>{}</span></div>\
         <p class=\"amount{long}\">{amount}</p><dl><dt>For</dt><dd>{}</dd><dt>Written</dt><dd>{}</dd><dt>By</dt><dd>{}</dd><dt>Number</dt><dd>{}</dd></dl></div>\
         <div>{code}</div></div></article>",
        ornament::rosette(claims.note.get()),
        coin(shown.picture, name),
        escaped(name),
        escaped(&recipient(&claims.recipient)),
        time(claims.issued_secs.saturating_mul(1_000)),
        escaped(&claims.issuer),
        claims.note,
    )
}

/// The currency's picture, or its first letter on a coin.
fn coin(picture: Option<&CurrencyPicture>, name: &str) -> String {
    match picture {
        Some(picture) => format!(
            "<img alt=\"\" src=\"data:{};base64,{}\">",
            escaped(&picture.media_type),
            STANDARD.encode(&picture.bytes)
        ),
        None => {
            let first = name.chars().next().unwrap_or('?').to_uppercase();
            format!(
                "<span class=\"coin\" aria-hidden=\"true\">{}</span>",
                escaped(&first.to_string())
            )
        }
    }
}

fn currency_name(currency: Option<&Currency>) -> String {
    match currency {
        Some(Currency { name, symbol, .. }) => match symbol {
            Some(symbol) => format!("{symbol} {name}"),
            None => name.to_string(),
        },
        None => "an unknown currency".into(),
    }
}

/// Enough to recognize oneself by, and not enough to be looked up.
fn recipient(identity: &Identity) -> String {
    let who = match identity.platform() {
        Platform::Discord => "Discord user",
        Platform::Telegram => "Telegram user",
        _ => "User",
    };
    let subject: Vec<char> = identity.subject().chars().collect();
    match subject.as_slice() {
        [a, b, c, .., x, y, z] if subject.len() > 8 => format!("{who} {a}{b}{c}…{x}{y}{z}"),
        all => format!("{who} {}", all.iter().collect::<String>()),
    }
}

struct Standing {
    class: &'static str,
    word: &'static str,
    state: Option<NoteState>,
}

impl Standing {
    const fn of(state: Option<NoteState>) -> Self {
        let (class, word) = match state {
            Some(NoteState::Open) => ("good", "Good"),
            Some(NoteState::Redeemed { .. }) => ("gone", "Redeemed"),
            Some(NoteState::Revoked { .. }) => ("gone", "Taken back"),
            None => ("bad", "Not good"),
        };
        Self { class, word, state }
    }

    const fn is_good(&self) -> bool {
        matches!(self.state, Some(NoteState::Open))
    }

    fn sentence(&self, shown: &Shown<'_>) -> String {
        let when = |by: ledger::TransactionId| time(IdSequence::time_ms(by.get()));
        match self.state {
            Some(NoteState::Open) if shown.currency.is_some_and(is_frozen) => {
                "It was not redeemed yet. Its currency is frozen at the moment.".into()
            }
            Some(NoteState::Open) => "It was not redeemed yet. It never expires.".into(),
            Some(NoteState::Redeemed { by }) => {
                format!("Its money was credited on {}.", when(by))
            }
            Some(NoteState::Revoked { by }) => {
                format!("Whoever wrote it took it back on {}.", when(by))
            }
            None => "It is signed here, but the books do not have it.".into(),
        }
    }
}

fn is_frozen(currency: &Currency) -> bool {
    currency.state == ledger::CurrencyState::Frozen
}

fn time(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(
        |_| "an unknown time".into(),
        |time| time.strftime("%-d %B %Y, %H:%M UTC").to_string(),
    )
}

/// `title` and `which` are ours or escaped here; `body` is HTML.
fn page(title: &str, body: &str, which: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex,nofollow\"><title>{title}</title><style>{STYLE}</style></head><body><main>{body}\
         <form method=\"post\" action=\"/note\"><label for=\"token\">Paste {which}note</label>\
         <textarea id=\"token\" name=\"token\" required maxlength=\"8192\" spellcheck=\"false\" autocomplete=\"off\" autocapitalize=\"off\"></textarea>\
         <button>Look</button></form></main></body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_are_shortened() {
        let check = |identity: &str, expect: &str| {
            assert_eq!(recipient(&identity.parse().unwrap()), expect);
        };
        check("discord:563437347899965455", "Discord user 563…455");
        check("telegram:12345678", "Telegram user 12345678");
        check("app:alice", "User alice");
    }

    #[test]
    fn the_page_loads_nothing() {
        for page in [empty(), away(), not_ours(NoteTokenError::Malformed)] {
            for outside in ["<script", "http:", "https:", "@import", "url(", " style="] {
                assert!(!page.contains(outside), "{outside}");
            }
        }
    }
}

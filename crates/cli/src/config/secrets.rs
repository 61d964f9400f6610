//! Secrets that everybody knows are none.

/// From tutorials, documentation and examples, in lower case. A secret that contains one is refused.
const WELL_KNOWN: [&str; 18] = [
    "changeme",
    "change-me",
    "change_me",
    "password",
    "your-256-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "static_string_stored_on_as_an_environment_variable",
    "your-bot-token",
    "your_bot_token",
    "your token here",
    "your-token-here",
    "bot-token-here",
    "bot_token_here",
    "placeholder",
    "supersecret",
    "super-secret",
    "example",
    "correcthorsebatterystaple",
];

/// What is wrong with a secret, if anything is.
pub(crate) fn weakness(secret: &str) -> Option<&'static str> {
    let lower = secret.to_lowercase();
    let distinct: std::collections::BTreeSet<char> = secret.chars().collect();
    if secret.is_empty() {
        Some("it is empty")
    } else if WELL_KNOWN.iter().any(|known| lower.contains(known)) {
        Some("it is one that everybody knows; make a random one")
    } else if secret.len() < 12 || distinct.len() < 8 {
        Some("it can be guessed; make a random one")
    } else {
        None
    }
}

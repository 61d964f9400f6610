//! Money as people type it: what is read is exactly what was written, and is written back so that it is read again.
#![no_main]

use ledger::{Amount, AmountError, Decimals};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (digits, text) = input;
    let decimals = Decimals::new(digits % 10).expect("at most nine");
    let read = Amount::parse(text, decimals);
    assert_eq!(read.ok(), slowly(text, decimals), "{text:?} with {decimals:?}");
    match read {
        Ok(amount) => {
            let shown = amount.display(decimals).to_string();
            assert_eq!(Amount::parse(&shown, decimals), Ok(amount), "{shown}");
        }
        // What is refused as negative is an amount without its sign.
        Err(AmountError::Negative) => {
            let positive = text.trim_matches(' ').strip_prefix('-').expect("a sign");
            assert!(Amount::parse(positive, decimals).is_ok(), "{text:?}");
        }
        Err(_) => {}
    }
});

/// The same by other means: all digits at once, in a number that is wide enough or refused for its length.
fn slowly(text: &str, decimals: Decimals) -> Option<Amount> {
    let text = text.trim_matches(' ');
    let (whole, fraction) = match text.find('.') {
        Some(at) => (&text[..at], text[at + 1..].trim_end_matches('0')),
        None => (text, ""),
    };
    let form = text.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
    let points = text.bytes().filter(|byte| *byte == b'.').count();
    if !form || text.is_empty() || text.ends_with('.') || points > 1 {
        return None;
    }
    if fraction.len() > usize::from(decimals.get()) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 25 {
        return None;
    }
    let all = format!("0{whole}{fraction:0<width$}", width = usize::from(decimals.get()));
    let minor_units: i128 = all.parse().ok()?;
    Amount::new(i64::try_from(minor_units).ok()?).ok()
}

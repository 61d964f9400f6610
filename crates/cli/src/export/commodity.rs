//! Names of currencies that every bookkeeping program takes.

use std::collections::BTreeMap;

use ledger::{Currency, CurrencyId};

/// beancount 2 takes 24 characters: room is left for what tells two of one name apart
/// (<https://beancount.github.io/docs/beancount_language_syntax.html#commodities-currencies>).
const LONGEST: usize = 16;

/// A name for each currency, by itself; of two with one name the later has a number behind it.
pub(super) fn commodities(currencies: &[Currency]) -> BTreeMap<CurrencyId, String> {
    let mut names: BTreeMap<CurrencyId, String> = BTreeMap::new();
    for currency in currencies {
        let plain = safe(currency.name.as_str());
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let free = std::iter::once(plain.clone())
            .chain(numbered)
            .find(|name| !names.values().any(|taken| taken == name));
        names.insert(currency.id, free.unwrap_or(plain));
    }
    names
}

/// Capital letters, digits and dashes, that begins with a letter and ends with a letter or digit.
fn safe(name: &str) -> String {
    let upper = name.to_ascii_uppercase().replace('_', "-");
    let upper = upper.trim_matches('-');
    let named = match upper.chars().next() {
        Some(first) if first.is_ascii_uppercase() => upper.to_owned(),
        Some(_) => format!("C-{upper}"),
        None => "CURRENCY".to_owned(),
    };
    let short: String = named.chars().take(LONGEST).collect();
    let short = short.trim_end_matches('-');
    // One letter alone is no commodity in beancount.
    if short.len() < 2 {
        format!("{short}-C")
    } else {
        short.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_everywhere() {
        let check = |name: &str, expect: &str| assert_eq!(safe(name), expect, "{name}");
        check("tea", "TEA");
        check("Green_Tea", "GREEN-TEA");
        check("__", "CURRENCY");
        check("_a_", "A-C");
        check("7up", "C-7UP");
        check("a_very_long_name_of_a_currency_x", "A-VERY-LONG-NAME");
        check("abcdefghijklmno_p", "ABCDEFGHIJKLMNO");
    }
}

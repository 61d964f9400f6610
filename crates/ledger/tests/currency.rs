//! Names and rates as people write them.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use ledger::{Amount, CurrencyName, Decimals, NameError, Rate, RateError};
use proptest::prelude::*;

#[test]
fn a_currencys_name_can_be_an_emojis_name() {
    let check = |name: &str, expect: Result<(), NameError>| {
        assert_eq!(CurrencyName::new(name).map(drop), expect, "{name:?}");
    };
    let length = |length| Err(NameError::Length { length });
    let character = |character| Err(NameError::Character { character });
    check("ab", Ok(()));
    check("Gold_2", Ok(()));
    check(&"a".repeat(32), Ok(()));
    check("", length(0));
    check("a", length(1));
    check(&"a".repeat(33), length(33));
    check("a b", character(' '));
    check("<@1>", character('<'));
    check("caf\u{e9}", character('\u{e9}'));
    check("\u{202e}ab", character('\u{202e}'));
    check("a\u{0}", character('\u{0}'));
    check("\u{1f375}\u{1f375}", character('\u{1f375}'));
    check("=1+1", character('='));
}

/// The scale of so many decimals.
fn scale(decimals: u8) -> i64 {
    Decimals::new(decimals).unwrap().scale()
}

#[test]
fn a_rate_between_whole_units_is_a_fraction_of_minor_units() {
    let check = |rate: &str, from: u8, to: u8, expect: Result<&str, RateError>| {
        let between = rate
            .parse::<Rate>()
            .unwrap()
            .between_minor_units(scale(from), scale(to));
        assert_eq!(
            between.map(|rate| format!("{}/{}", rate.num(), rate.den())),
            expect.map(str::to_owned)
        );
    };
    check("2", 0, 0, Ok("2/1"));
    check("2", 0, 2, Ok("200/1"));
    check("2", 2, 0, Ok("1/50"));
    check("0.5", 9, 9, Ok("1/2"));
    check("1000000000000000000", 0, 0, Ok("1000000000000000000/1"));
    check("1000000000000000000", 0, 1, Err(RateError::TooLarge));
    check("1000000000000000000", 1, 1, Ok("1000000000000000000/1"));
    assert_eq!(Decimals::new(10), None);
}

proptest! {
    #[test]
    fn whole_units_change_at_the_rate_that_people_stated(num in 1..1_000_u64, den in 1..1_000_u64, from in 0..=9_u8, to in 0..=9_u8, whole in 1..1_000_i64) {
        let rate = Rate::new(num, den).unwrap();
        let minor = rate.between_minor_units(scale(from), scale(to)).unwrap();
        let paid = Amount::new(whole * scale(from)).unwrap();
        let given = minor.apply(paid).unwrap().result;
        let exact = i128::from(whole) * i128::from(num) * i128::from(scale(to)) / i128::from(den);
        prop_assert_eq!(i128::from(given.get()), exact);
    }
}

//! Amounts and times as text.

use ledger::{Currency, Decimals};

/// Minor units as decimal text; sums of many amounts can pass 63 bits.
pub(crate) fn decimal(minor_units: i128, decimals: Decimals) -> String {
    let scale = u128::from(decimals.scale().unsigned_abs());
    let magnitude = minor_units.unsigned_abs();
    let sign = if minor_units < 0 { "-" } else { "" };
    let (whole, fraction) = (magnitude / scale, magnitude % scale);
    match usize::from(decimals.get()) {
        0 => format!("{sign}{whole}"),
        width => format!("{sign}{whole}.{fraction:0width$}"),
    }
}

pub(crate) fn with_name(minor_units: i128, currency: &Currency) -> String {
    format!(
        "{} {}",
        decimal(minor_units, currency.decimals),
        currency.name
    )
}

/// `2026-11-21 09:30:00`, in UTC.
pub(crate) fn time(ms: i64) -> String {
    stamp(ms).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2026-11-21`, in UTC.
pub(crate) fn date(ms: i64) -> String {
    stamp(ms).strftime("%Y-%m-%d").to_string()
}

/// `2026-11-21T09:30:00.123Z`
pub(crate) fn rfc3339(ms: i64) -> String {
    stamp(ms).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn stamp(ms: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(ms).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_shown_in_the_currencys_decimals() {
        let check = |minor_units: i128, digits: u8, expect: &str| {
            let decimals = Decimals::new(digits).expect("at most nine");
            assert_eq!(decimal(minor_units, decimals), expect);
        };
        check(0, 0, "0");
        check(-5, 2, "-0.05");
        check(1_234, 2, "12.34");
        check(i128::from(i64::MAX) * 100, 0, "922337203685477580700");
    }

    #[test]
    fn times() {
        assert_eq!(time(0), "1970-01-01 00:00:00");
        assert_eq!(rfc3339(1_577_836_800_123), "2020-01-01T00:00:00.123Z");
    }
}

//! Round steps, and numbers that are short enough to stand beside them.

/// Where the lines of an axis lie: multiples of one step, from `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) step: f64,
}

impl Axis {
    /// An axis over these values with about so many lines. `finest` is the least amount that there is.
    pub(crate) fn over(low: f64, high: f64, lines: u32, finest: f64) -> Self {
        let range = (high - low).max(finest * f64::from(lines));
        let step = round_step(range / f64::from(lines)).max(finest);
        let low = (low / step).floor() * step;
        let high = ((high / step).ceil() * step).max(low + step);
        Self { low, high, step }
    }

    pub(crate) fn lines(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round();
        (0..=20)
            .map(f64::from)
            .take_while(|line| *line <= count)
            .map(|line| self.low + line * self.step)
            .collect()
    }

    /// Where a value lies between the two ends, from 0 to 1.
    pub(crate) fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// A line's number, as exact as the step needs it. A power of ten is not in it: it stands once, above all lines.
    pub(crate) fn label(&self, value: f64) -> String {
        let unit = self.unit();
        let step = self.step / unit.size;
        let digits = (0..=9).find(|digits| {
            let scaled = step * 10_f64.powi(*digits);
            scaled > 0.5 && (scaled - scaled.round()).abs() < 1e-6
        });
        let digits = usize::try_from(digits.unwrap_or(9)).unwrap_or(9);
        let text = format!("{:.digits$}", value / unit.size);
        let text = trimmed(&text);
        if text == "0" || text == "-0" {
            return "0".into();
        }
        let name = if unit.is_power { "" } else { unit.name };
        format!("{}{name}", text.replace('-', "\u{2212}"))
    }

    /// The power of ten that the lines' numbers are to be multiplied with.
    pub(crate) fn power(&self) -> Option<&'static str> {
        let unit = self.unit();
        unit.is_power.then_some(unit.name)
    }

    fn unit(&self) -> Unit {
        Unit::of(self.low.abs().max(self.high.abs()))
    }
}

/// The next of 1, 2, 5, 10, 20 … that is not less.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    let found = steps
        .into_iter()
        .find(|step| step * power >= least * 0.999_999);
    found.unwrap_or(10.0) * power
}

/// What large and small numbers are counted in.
struct Unit {
    /// From which value on.
    from: f64,
    size: f64,
    name: &'static str,
    is_power: bool,
}

const UNITS: [Unit; 9] = [
    power(1e18, "\u{d7}10\u{b9}\u{2078}"),
    power(1e15, "\u{d7}10\u{b9}\u{2075}"),
    named(1e12, 1e12, "T"),
    named(1e9, 1e9, "B"),
    named(1e6, 1e6, "M"),
    named(1e4, 1e3, "k"),
    named(1e-2, 1.0, ""),
    power(1e-6, "\u{d7}10\u{207b}\u{2076}"),
    power(1e-9, "\u{d7}10\u{207b}\u{2079}"),
];

const fn power(size: f64, name: &'static str) -> Unit {
    Unit {
        from: size,
        size,
        name,
        is_power: true,
    }
}

const fn named(from: f64, size: f64, name: &'static str) -> Unit {
    Unit {
        from,
        size,
        name,
        is_power: false,
    }
}

impl Unit {
    fn of(value: f64) -> Self {
        let found = UNITS.into_iter().find(|unit| value >= unit.from);
        found.unwrap_or(const { power(1e-18, "\u{d7}10\u{207b}\u{b9}\u{2078}") })
    }
}

/// Four digits at most: `12,345` is exact, `1.234M` is not.
pub(crate) fn short(value: f64, decimals: u8) -> String {
    let (sign, size) = if value < 0.0 {
        ("\u{2212}", -value)
    } else {
        ("", value)
    };
    if size < 1e6 {
        let digits = usize::from(if size < 1e4 { decimals.min(2) } else { 0 });
        // What is shown as nothing is nothing.
        let tiny = size > 0.0 && size < 0.005 && digits > 0;
        let digits = if tiny { usize::from(decimals) } else { digits };
        let text = format!("{size:.digits$}");
        return format!("{sign}{}", with_commas(trimmed(&text)));
    }
    let unit = Unit::of(size);
    let text = format!("{:.2}", size / unit.size);
    format!("{sign}{}{}", trimmed(&text), unit.name)
}

/// Without zeros that say nothing.
fn trimmed(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

fn with_commas(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(low: f64, high: f64, finest: f64, expect: &[&str]) {
        let axis = Axis::over(low, high, 4, finest);
        let labels: Vec<String> = axis.lines().iter().map(|line| axis.label(*line)).collect();
        assert_eq!(labels, expect, "{low} to {high}: {axis:?}");
        assert!(axis.low <= low && axis.high >= high, "{axis:?}");
    }

    #[test]
    fn lines_lie_on_round_numbers() {
        check(0.0, 100.0, 1.0, &["0", "25", "50", "75", "100"]);
        check(0.0, 3.0, 1.0, &["0", "1", "2", "3"]);
        check(0.0, 0.0, 1.0, &["0", "1"]);
        check(0.0, 0.0, 0.01, &["0", "0.01"]);
        check(0.0, 0.07, 0.01, &["0", "0.02", "0.04", "0.06", "0.08"]);
        check(0.0, 8_400.0, 1.0, &["0", "2.5k", "5k", "7.5k", "10k"]);
        check(0.0, 1.2e6, 1.0, &["0", "0.5M", "1M", "1.5M"]);
        check(0.0, 1e18, 1.0, &["0", "0.25", "0.5", "0.75", "1"]);
        check(
            995_000.0,
            1_003_000.0,
            1.0,
            &["0.994M", "0.996M", "0.998M", "1M", "1.002M", "1.004M"],
        );
        check(-40.0, 100.0, 1.0, &["−50", "0", "50", "100"]);
    }

    #[test]
    fn a_power_of_ten_stands_once() {
        assert_eq!(Axis::over(0.0, 1e18, 4, 1.0).power(), Some("×10¹⁸"));
        assert_eq!(Axis::over(0.0, 2e-6, 4, 1e-8).power(), Some("×10⁻⁶"));
        assert_eq!(Axis::over(0.0, 1e12, 4, 1.0).power(), None);
        check(0.0, 2e-6, 1e-8, &["0", "0.5", "1", "1.5", "2"]);
        check(0.0, 0.07, 0.001, &["0", "0.02", "0.04", "0.06", "0.08"]);
    }

    fn check_short(value: f64, decimals: u8, expect: &str) {
        assert_eq!(short(value, decimals), expect, "{value}");
    }

    #[test]
    fn short_numbers() {
        check_short(0.0, 0, "0");
        check_short(12_345.0, 0, "12,345");
        check_short(999_999.0, 0, "999,999");
        check_short(1_234_567.0, 0, "1.23M");
        check_short(1.5, 2, "1.5");
        check_short(0.001, 3, "0.001");
        check_short(-20.0, 0, "−20");
        check_short(1e18, 0, "1×10¹⁸");
        check_short(2.5e12, 2, "2.5T");
    }
}

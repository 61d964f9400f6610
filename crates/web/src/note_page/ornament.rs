use std::{
    f64::consts::{FRAC_PI_2, TAU},
    fmt::Write,
};

/// Steps of one line around.
const STEPS: u32 = 216;

/// The rosette of a bank note: fine lines in waves around a centre, other ones for each note, as engraved ones are.
pub(super) fn rosette(number: i64) -> String {
    let seed = number.unsigned_abs();
    let (petals, twist) = (5 + seed % 8, 1 + seed / 8 % 3);
    let mut svg = String::from(
        "<svg class=\"rosette\" viewBox=\"-100 -100 200 200\" aria-hidden=\"true\"><g fill=\"none\" stroke=\"currentColor\" stroke-width=\".35\">",
    );
    for line in 0..12_u32 {
        let _ = write!(svg, "<path d=\"{}\"/>", wave(line, petals, twist));
    }
    svg.push_str("</g></svg>");
    svg
}

/// A closed line whose radius rises and falls.
fn wave(line: u32, petals: u64, twist: u64) -> String {
    let turn = f64::from(line) * TAU / 12.0;
    #[expect(clippy::cast_precision_loss, reason = "both are below twenty")]
    let (petals, twist) = (petals as f64, twist as f64);
    let mut path = String::new();
    for step in 0..STEPS {
        let angle = f64::from(step) * TAU / f64::from(STEPS);
        let swing =
            24.0 * (petals * angle + turn).sin() + 6.0 * (twist * petals * angle - turn).cos();
        let radius = 66.0 + swing;
        let (x, y) = (
            radius * (angle - FRAC_PI_2).cos(),
            radius * (angle - FRAC_PI_2).sin(),
        );
        let _ = write!(path, "{}{x:.1} {y:.1}", if step == 0 { 'M' } else { 'L' });
    }
    path.push('z');
    path
}

/// One of the twelve hues of the style, the same for a currency at every time.
pub(super) fn hue(currency: i64) -> u64 {
    // Ids of one moment differ in their lowest bits only; a multiplication spreads them.
    currency.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_note_has_its_own_lines() {
        assert_eq!(rosette(5), rosette(5));
        assert_ne!(rosette(5), rosette(6));
        for number in [0, i64::MAX, i64::MIN] {
            assert!(rosette(number).len() < 40_000);
        }
    }
}

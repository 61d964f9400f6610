//! The drawing as SVG text.

use std::fmt::Write as _;

use crate::{
    Chart,
    axis::{Axis, short},
    days::Day,
};

pub(crate) const WIDTH: u32 = 1_000;
pub(crate) const HEIGHT: u32 = 700;
/// Where the emoji goes: left, top, side.
pub(crate) const EMOJI: (u32, u32, u32) = (40, 34, 88);

const LEFT: f64 = 148.0;
const RIGHT: f64 = 960.0;

// On the dark ground that Discord has; each pair can also be told apart by those who see fewer colours.
const GROUND: &str = "#1e1f22";
const LINES: &str = "#3a3c43";
const BRIGHT: &str = "#f2f3f5";
const DIM: &str = "#b5bac1";
const SUPPLY: &str = "#f2c14e";
const MINTED: &str = "#3dd6b0";
const BURNED: &str = "#ff7a59";

/// A part of the picture with an axis of its own.
struct Panel {
    top: f64,
    bottom: f64,
    axis: Axis,
}

impl Panel {
    fn y(&self, value: f64) -> f64 {
        self.bottom - self.axis.share(value) * (self.bottom - self.top)
    }

    fn grid(&self, out: &mut String) {
        for line in self.axis.lines() {
            let y = self.y(line);
            let colour = if line == 0.0 { DIM } else { LINES };
            let _ = write!(
                out,
                r#"<path d="M{LEFT} {y:.1}H{RIGHT}" stroke="{colour}" stroke-width="2"/>"#
            );
            let at = Place::end(LEFT - 16.0, y + 9.0);
            text(out, at, Look::AXIS, &self.axis.label(line));
        }
    }
}

pub(crate) fn drawing(chart: &Chart<'_>) -> String {
    let mut out = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="DejaVu Sans"><rect width="{WIDTH}" height="{HEIGHT}" fill="{GROUND}"/>"#
    );
    head(&mut out, chart);
    let values = Values::of(chart);
    if values.days.is_empty() {
        let at = Place::middle(f64::from(WIDTH) / 2.0, 420.0);
        text(&mut out, at, Look::SMALL, "Nothing has moved yet");
    } else {
        supply(&mut out, &values);
        movements(&mut out, &values);
        dates(&mut out, chart.days);
    }
    out.push_str("</svg>");
    out
}

fn head(out: &mut String, chart: &Chart<'_>) {
    text(out, Place::start(152.0, 82.0), Look::TITLE, chart.name);
    if let (Some(first), Some(last)) = (chart.days.first(), chart.days.last()) {
        let (first, last, year) = (first.date, last.date, last.date.year);
        let period = if first == last {
            format!("{last} {year}")
        } else {
            format!("{first} \u{2013} {last} {year}")
        };
        text(out, Place::start(152.0, 118.0), Look::SMALL, &period);
        let supply = short(major(chart.supply(), chart.decimals), chart.decimals);
        text(out, Place::end(RIGHT, 82.0), Look::FIGURE, &supply);
        text(out, Place::end(RIGHT, 118.0), Look::SMALL, "in circulation");
    }
}

/// What is drawn, in whole units.
struct Values {
    days: Vec<(f64, f64, f64)>,
    finest: f64,
}

impl Values {
    fn of(chart: &Chart<'_>) -> Self {
        let in_units = |day: &Day| {
            let part = |value| major(value, chart.decimals);
            (part(day.supply), part(day.minted), part(day.burned))
        };
        Self {
            days: chart.days.iter().map(in_units).collect(),
            finest: 10_f64.powi(-i32::from(chart.decimals)),
        }
    }

    fn most(&self, of: impl Fn(&(f64, f64, f64)) -> f64) -> f64 {
        self.days.iter().map(of).fold(f64::MIN, f64::max)
    }

    /// The middle of a day's column.
    fn x(&self, number: usize) -> f64 {
        LEFT + (number as f64 + 0.5) * self.column()
    }

    fn column(&self) -> f64 {
        (RIGHT - LEFT) / self.days.len() as f64
    }
}

fn supply(out: &mut String, values: &Values) {
    let (most, least) = (values.most(|day| day.0), -values.most(|day| -day.0));
    // An area tells its size by its height, so it stands on zero; where that would hide every movement there is a line alone.
    let on_zero = least < 0.7 * most || least <= 0.0 || least >= most;
    let axis = Axis::over(
        if on_zero { least.min(0.0) } else { least },
        most,
        4,
        values.finest,
    );
    let panel = Panel {
        top: 200.0,
        bottom: 434.0,
        axis,
    };
    legend(out, 172.0, &panel.axis, &[(SUPPLY, "Supply")]);
    panel.grid(out);
    let mut line = String::new();
    for (number, day) in values.days.iter().enumerate() {
        let letter = if number == 0 { 'M' } else { 'L' };
        let _ = write!(
            line,
            "{letter}{:.1} {:.1}",
            values.x(number),
            panel.y(day.0)
        );
    }
    let last = values.days.len() - 1;
    if on_zero {
        let (first, end, base) = (values.x(0), values.x(last), panel.y(0.0));
        let _ = write!(
            out,
            r#"<path d="{line}L{end:.1} {base:.1}L{first:.1} {base:.1}Z" fill="{SUPPLY}" fill-opacity="0.16"/>"#
        );
    }
    let _ = write!(
        out,
        r#"<path d="{line}" fill="none" stroke="{SUPPLY}" stroke-width="5" stroke-linejoin="round" stroke-linecap="round"/>"#
    );
    let (x, y) = (values.x(last), panel.y(values.days[last].0));
    let _ = write!(
        out,
        r#"<circle cx="{x:.1}" cy="{y:.1}" r="9" fill="{SUPPLY}" stroke="{GROUND}" stroke-width="4"/>"#
    );
}

fn movements(out: &mut String, values: &Values) {
    let (minted, burned) = (values.most(|day| day.1), values.most(|day| day.2));
    let panel = Panel {
        top: 520.0,
        bottom: 638.0,
        axis: Axis::over(-burned, minted, 2, values.finest),
    };
    legend(
        out,
        494.0,
        &panel.axis,
        &[(MINTED, "Minted per day"), (BURNED, "Burned per day")],
    );
    panel.grid(out);
    let width = (values.column() * 0.68).min(60.0);
    for (number, day) in values.days.iter().enumerate() {
        let x = values.x(number) - width / 2.0;
        for (value, colour) in [(day.1, MINTED), (-day.2, BURNED)] {
            let (from, to) = (panel.y(value.max(0.0)), panel.y(value.min(0.0)));
            if value != 0.0 {
                // However little it was, it is seen.
                let height = (to - from).max(2.0);
                let _ = write!(
                    out,
                    r#"<rect x="{x:.1}" y="{from:.1}" width="{width:.1}" height="{height:.1}" rx="2" fill="{colour}"/>"#
                );
            }
        }
    }
}

/// A few days by name, the last one among them.
fn dates(out: &mut String, days: &[Day]) {
    let columns = days.len();
    let apart = columns.div_ceil(6).max(1);
    let column = (RIGHT - LEFT) / columns as f64;
    for (number, day) in days.iter().enumerate() {
        if (columns - 1 - number).is_multiple_of(apart) {
            let x = LEFT + (number as f64 + 0.5) * column;
            let place = Place::middle(x.min(RIGHT - 12.0), 676.0);
            text(out, place, Look::AXIS, &day.date.to_string());
        }
    }
}

fn legend(out: &mut String, y: f64, axis: &Axis, entries: &[(&str, &str)]) {
    let mut x = LEFT;
    for (colour, words) in entries {
        let top = y - 19.0;
        let _ = write!(
            out,
            r#"<rect x="{x:.0}" y="{top:.0}" width="22" height="22" rx="5" fill="{colour}"/>"#
        );
        text(out, Place::start(x + 34.0, y), Look::SMALL, words);
        x += 34.0 + 16.0 * words.len() as f64 + 24.0;
    }
    if let Some(power) = axis.power() {
        text(out, Place::end(RIGHT, y), Look::SMALL, power);
    }
}

/// Minor units in whole ones: as exact as a picture needs it.
pub(crate) fn major(minor_units: i128, decimals: u8) -> f64 {
    minor_units as f64 / 10_f64.powi(i32::from(decimals))
}

struct Look {
    size: u32,
    weight: u32,
    colour: &'static str,
}

impl Look {
    const TITLE: Look = Look {
        size: 44,
        weight: 700,
        colour: BRIGHT,
    };
    const FIGURE: Look = Look {
        size: 48,
        weight: 700,
        colour: SUPPLY,
    };
    const SMALL: Look = Look {
        size: 27,
        weight: 400,
        colour: DIM,
    };
    const AXIS: Look = Look {
        size: 26,
        weight: 400,
        colour: DIM,
    };
}

struct Place {
    x: f64,
    y: f64,
    anchor: &'static str,
}

impl Place {
    const fn start(x: f64, y: f64) -> Self {
        Self {
            x,
            y,
            anchor: "start",
        }
    }

    const fn middle(x: f64, y: f64) -> Self {
        Self {
            x,
            y,
            anchor: "middle",
        }
    }

    const fn end(x: f64, y: f64) -> Self {
        Self {
            x,
            y,
            anchor: "end",
        }
    }
}

fn text(out: &mut String, place: Place, look: Look, words: &str) {
    let Place { x, y, anchor } = place;
    let Look {
        size,
        weight,
        colour,
    } = look;
    let _ = write!(
        out,
        r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}">"#
    );
    for letter in words.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // No control characters in XML.
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out.push_str("</text>");
}

use std::fmt::Write as _;

use crate::report::Report;

impl Report {
    /// The ratios as bars, each against the line that it must reach, as an SVG picture.
    pub fn chart(&self) -> String {
        const WIDTH: f64 = 760.0;
        const ROW: f64 = 34.0;
        let bars: Vec<_> = self
            .figures
            .iter()
            .map(|(key, figure)| (key, figure, score(figure)))
            .collect();
        let height = ROW * bars.len() as f64 + 60.0;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\
             <style>text{{fill:#222}}.base{{fill:#ddd}}.met{{fill:#2a7}}.not{{fill:#c43}}\
             @media(prefers-color-scheme:dark){{text{{fill:#eee}}.base{{fill:#444}}}}</style>\
             <text x=\"10\" y=\"22\" font-size=\"15\">What must hold, as a part of what is wanted (the line is 1)</text>"
        );
        for (number, (key, figure, score)) in bars.iter().enumerate() {
            let y = 40.0 + ROW * number as f64;
            let (width, class) = (
                (score.min(3.0) / 3.0) * 420.0,
                if figure.met { "met" } else { "not" },
            );
            let _ = write!(
                svg,
                "<text x=\"10\" y=\"{:.0}\">{key}</text><rect class=\"base\" x=\"190\" y=\"{y:.0}\" width=\"420\" height=\"20\"/>\
                 <rect class=\"{class}\" x=\"190\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"20\"/><text x=\"620\" y=\"{:.0}\">{:.2} {}</text>",
                y + 15.0,
                y + 15.0,
                figure.value,
                if figure.at_most.is_some() {
                    figure.unit
                } else {
                    ""
                },
            );
        }
        let _ = write!(
            svg,
            "<line x1=\"330\" x2=\"330\" y1=\"34\" y2=\"{:.0}\" stroke=\"#888\" stroke-dasharray=\"4 3\"/></svg>",
            height - 14.0
        );
        svg
    }
}

/// One where the figure is just what is wanted, more where it is better.
fn score(figure: &crate::report::Figure) -> f64 {
    match (figure.at_least, figure.at_most) {
        (Some(least), _) => figure.value / least,
        (_, Some(most)) => most / figure.value.max(f64::MIN_POSITIVE),
        _ => 1.0,
    }
}

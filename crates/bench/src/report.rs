use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use crate::load::Measured;

/// All that one run measured.
#[derive(Debug, Clone, Serialize, Default)]
pub struct Report {
    pub machine: Machine,
    /// The figures that must hold, by their key.
    pub figures: BTreeMap<String, Figure>,
    /// Closed loops by number of writers.
    pub loops: Vec<Measured>,
    pub bytes_per_transfer: Option<f64>,
}

#[derive(Debug, Clone, Serialize, Default)]
pub struct Machine {
    pub cores: usize,
    pub system: String,
    pub processor: String,
    pub version: String,
}

/// One figure, with what it was compared with.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    pub value: f64,
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
    pub met: bool,
    /// What was measured, and its baseline.
    pub ours: f64,
    pub baseline: f64,
    pub unit: &'static str,
    pub what: &'static str,
}

impl Figure {
    pub(crate) fn ratio(
        what: &'static str,
        at_least: f64,
        (ours, baseline): (f64, f64),
        unit: &'static str,
    ) -> Self {
        let value = ours / baseline;
        Self {
            value,
            at_least: Some(at_least),
            at_most: None,
            met: value >= at_least,
            ours,
            baseline,
            unit,
            what,
        }
    }

    /// A figure that is only told: nothing is asked of it.
    pub(crate) fn told(
        what: &'static str,
        (ours, baseline): (f64, f64),
        unit: &'static str,
    ) -> Self {
        Self {
            at_least: None,
            met: true,
            ..Self::ratio(what, 0.0, (ours, baseline), unit)
        }
    }

    pub(crate) fn bound(what: &'static str, at_most: f64, value: f64, unit: &'static str) -> Self {
        Self {
            value,
            at_least: None,
            at_most: Some(at_most),
            met: value < at_most,
            ours: value,
            baseline: at_most,
            unit,
            what,
        }
    }
}

impl Machine {
    pub(crate) fn this() -> Self {
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let processor = cpuinfo
            .lines()
            .find_map(|line| line.strip_prefix("model name"))
            .and_then(|line| line.split_once(':'));
        Self {
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            processor: processor.map_or_else(String::new, |(_, name)| name.trim().to_owned()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

impl Report {
    /// Whether every figure holds.
    pub fn all_met(&self) -> bool {
        self.figures.values().all(|figure| figure.met)
    }

    /// For a person's eyes.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let Machine {
            cores,
            system,
            processor,
            ..
        } = &self.machine;
        let _ = writeln!(text, "{cores} cores, {system}, {processor}\n");
        let _ = writeln!(
            text,
            "{:<22} {:>10} {:>12}  {:>14} {:>14}  what",
            "figure", "value", "wanted", "ours", "baseline"
        );
        for (key, figure) in &self.figures {
            let wanted = match (figure.at_least, figure.at_most) {
                (Some(least), _) => format!(">= {least}"),
                (_, Some(most)) => format!("< {most}"),
                _ => String::new(),
            };
            let mark = if figure.met { "" } else { "  NOT MET" };
            let Figure {
                value,
                ours,
                baseline,
                unit,
                what,
                ..
            } = figure;
            let _ = writeln!(
                text,
                "{key:<22} {value:>10.3} {wanted:>12}  {ours:>14.1} {baseline:>14.1}  {what} ({unit}){mark}"
            );
        }
        let _ = writeln!(
            text,
            "\n{:>8} {:>14} {:>10} {:>10} {:>10} {:>12}",
            "writers", "transfers/s", "p50 ms", "p99 ms", "p99.9 ms", "cpu us each"
        );
        for Measured {
            writers,
            per_second,
            p50_ms,
            p99_ms,
            p999_ms,
            cpu_us,
            ..
        } in &self.loops
        {
            let _ = writeln!(
                text,
                "{writers:>8} {per_second:>14.0} {p50_ms:>10.2} {p99_ms:>10.2} {p999_ms:>10.2} {cpu_us:>12.2}"
            );
        }
        if let Some(bytes) = self.bytes_per_transfer {
            let _ = writeln!(text, "\n{bytes:.0} bytes on disk a transfer");
        }
        text
    }
}

use std::{fmt::Write as _, time::Duration};

use serde::Serialize;

use crate::report::Machine;

/// What a bench of a front measured.
#[derive(Debug, Clone, Serialize)]
pub struct Rows {
    pub machine: Machine,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub what: String,
    pub value: f64,
    pub unit: &'static str,
    /// What it must stay below, where something is asked of it.
    pub below: Option<f64>,
}

impl Row {
    fn is_met(&self) -> bool {
        self.below.is_none_or(|below| self.value < below)
    }
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self {
            machine: Machine::this(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        self.add_below(what, value, unit, None);
    }

    pub(crate) fn add_below(
        &mut self,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        below: Option<f64>,
    ) {
        let what = what.into();
        self.rows.push(Row {
            what,
            value,
            unit,
            below,
        });
    }

    /// Median, 99th percentile and longest; `p99_below` in milliseconds.
    pub(crate) fn add_latencies(
        &mut self,
        what: &str,
        mut latencies: Vec<Duration>,
        p99_below: Option<f64>,
    ) {
        latencies.sort_unstable();
        let last = latencies.len().saturating_sub(1);
        let at = |share: usize| {
            latencies
                .get((last * share).div_ceil(100))
                .map_or(0.0, |l| ms(*l))
        };
        let count = latencies.len();
        self.add(format!("{what}, {count} times: median"), at(50), "ms");
        self.add_below(format!("{what}: 99th percentile"), at(99), "ms", p99_below);
        self.add(format!("{what}: longest"), at(100), "ms");
    }

    /// Whether every figure of which something is asked holds.
    pub fn all_met(&self) -> bool {
        self.rows.iter().all(Row::is_met)
    }

    /// For a person's eyes.
    pub fn text(&self) -> String {
        let Machine {
            cores,
            system,
            processor,
            ..
        } = &self.machine;
        let mut text = format!("{cores} cores, {system}, {processor}\n\n");
        for row in &self.rows {
            let Row {
                what, value, unit, ..
            } = row;
            let below = row.below.map(|below| format!("  (below {below})"));
            let mark = if row.is_met() { "" } else { "  NOT MET" };
            let below = below.unwrap_or_default();
            let _ = writeln!(text, "{what:<72} {value:>12.1} {unit}{below}{mark}");
        }
        text
    }
}

pub(crate) fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

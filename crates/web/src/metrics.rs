use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::StatusCode;

/// What the API counts, by route.
#[derive(Debug, Default)]
pub struct Metrics(RwLock<BTreeMap<String, Arc<RouteMetrics>>>);

/// Requests of one route, by status, and how long they took.
#[derive(Debug, Default)]
pub(crate) struct RouteMetrics {
    by_status: [AtomicU64; STATUSES.len() + 1],
    by_time: [AtomicU64; BOUNDS_US.len() + 1],
    microseconds: AtomicU64,
}

const STATUSES: [u16; 18] = [
    200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 501, 503, 504, 507,
];

/// Upper bounds of the histogram's buckets, in microseconds.
const BOUNDS_US: [u64; 14] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 10_000_000,
];

impl Metrics {
    pub(crate) fn route(&self, name: &str) -> Arc<RouteMetrics> {
        self.0.write().map_or_else(
            |_| Arc::default(),
            |mut routes| Arc::clone(routes.entry(name.to_owned()).or_default()),
        )
    }

    /// In the Prometheus text format.
    pub(crate) fn write(&self, text: &mut String) {
        let Ok(routes) = self.0.read() else { return };
        text.push_str("# HELP scrip_http_requests_total Requests by route and status.\n# TYPE scrip_http_requests_total counter\n");
        for (route, counted) in routes.iter() {
            counted.write_statuses(text, route);
        }
        text.push_str("# HELP scrip_http_request_seconds Time from the request's head to the answer's.\n# TYPE scrip_http_request_seconds histogram\n");
        for (route, counted) in routes.iter() {
            counted.write_times(text, route);
        }
    }
}

impl RouteMetrics {
    pub(crate) fn count(&self, status: StatusCode, took: Duration) {
        let status = STATUSES
            .iter()
            .position(|known| *known == status.as_u16())
            .unwrap_or(STATUSES.len());
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS_US.partition_point(|bound| *bound < took_us);
        for counter in [self.by_status.get(status), self.by_time.get(bucket)] {
            counter.map(|counter| counter.fetch_add(1, Ordering::Relaxed));
        }
        self.microseconds.fetch_add(took_us, Ordering::Relaxed);
    }

    fn write_statuses(&self, text: &mut String, route: &str) {
        let names = STATUSES.iter().map(u16::to_string);
        let names = names.chain(std::iter::once("other".to_owned()));
        for (status, counter) in names.zip(&self.by_status) {
            let count = counter.load(Ordering::Relaxed);
            if count > 0 {
                let _ = writeln!(
                    text,
                    "scrip_http_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}"
                );
            }
        }
    }

    fn write_times(&self, text: &mut String, route: &str) {
        let counts = self.by_time.iter().map(|c| c.load(Ordering::Relaxed));
        let total: u64 = counts.clone().sum();
        if total == 0 {
            return;
        }
        let mut below = 0;
        let bounds = BOUNDS_US
            .iter()
            .map(|bound| seconds(*bound))
            .chain(std::iter::once("+Inf".to_owned()));
        for (bound, count) in bounds.zip(counts) {
            below += count;
            let _ = writeln!(
                text,
                "scrip_http_request_seconds_bucket{{route=\"{route}\",le=\"{bound}\"}} {below}"
            );
        }
        let sum = seconds(self.microseconds.load(Ordering::Relaxed));
        let _ = writeln!(
            text,
            "scrip_http_request_seconds_sum{{route=\"{route}\"}} {sum}\nscrip_http_request_seconds_count{{route=\"{route}\"}} {total}"
        );
    }
}

fn seconds(microseconds: u64) -> String {
    format!(
        "{}.{:06}",
        microseconds / 1_000_000,
        microseconds % 1_000_000
    )
}

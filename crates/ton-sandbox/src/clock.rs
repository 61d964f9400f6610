use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// The chain's clock: it goes on with the machine's time, and jumps when told to.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    start_secs: u32,
    advanced_secs: AtomicU32,
}

impl Clock {
    /// Not before `earliest_secs`, the time of the newest block.
    #[expect(
        clippy::disallowed_methods,
        reason = "the sandbox is a server of its own; its blocks come at the pace of the machine's clock"
    )]
    pub(crate) fn start(start_secs: Option<u32>, earliest_secs: u32) -> Self {
        Self {
            started: Instant::now(),
            start_secs: start_secs.unwrap_or_else(machine_secs).max(earliest_secs),
            advanced_secs: AtomicU32::new(0),
        }
    }

    pub(crate) fn now_secs(&self) -> u32 {
        let passed_secs = u32::try_from(self.started.elapsed().as_secs()).unwrap_or(u32::MAX);
        self.start_secs
            .saturating_add(passed_secs)
            .saturating_add(self.advanced_secs.load(Relaxed))
    }

    pub(crate) fn advance(&self, secs: u32) {
        self.advanced_secs.fetch_add(secs, Relaxed);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "without a start of its own the chain begins at the machine's time"
)]
fn machine_secs() -> u32 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u32::try_from(since.as_secs()).unwrap_or(u32::MAX)
        })
}

//! The fake's own clock: it plays a foreign server, which has a clock of its own.
#![expect(
    clippy::disallowed_methods,
    reason = "the fake stands for a foreign server with its own clock"
)]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// 2015-01-01, from which snowflakes count milliseconds.
const DISCORD_EPOCH_MS: u64 = 1_420_070_400_000;

/// A wall clock time in Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(u64);

impl WallTime {
    pub fn now() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    pub fn ago(age: Duration) -> Self {
        let age_ms = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        Self(Self::now().0.saturating_sub(age_ms).max(DISCORD_EPOCH_MS))
    }

    pub fn unix_ms(self) -> u64 {
        self.0
    }

    /// As Discord writes times: `2026-11-21T08:00:00.000000+00:00`.
    pub fn iso(self) -> String {
        let ms = i64::try_from(self.0).unwrap_or(i64::MAX);
        jiff::Timestamp::from_millisecond(ms)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00")
            .to_string()
    }
}

/// A monotonic time, for deadlines and rate limits.
pub fn instant() -> Instant {
    Instant::now()
}

/// Makes snowflakes: time in the upper bits, a running number below, so that later ones are higher.
#[derive(Debug, Default)]
pub struct Snowflakes {
    serial: u64,
}

impl Snowflakes {
    pub fn next(&mut self) -> u64 {
        self.at(WallTime::now())
    }

    pub fn at(&mut self, time: WallTime) -> u64 {
        self.serial += 1;
        ((time.0 - DISCORD_EPOCH_MS) << 22) + self.serial
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_times_as_discord_does() {
        assert_eq!(
            WallTime(1_795_248_000_000).iso(),
            "2026-11-21T08:00:00.000000+00:00"
        );
    }

    #[test]
    fn snowflakes_rise_and_carry_their_time() {
        let mut snowflakes = Snowflakes::default();
        let now = WallTime(DISCORD_EPOCH_MS + 1000);
        let (first, second) = (snowflakes.at(now), snowflakes.at(now));
        assert!(first < second);
        assert_eq!(first >> 22, 1000);
    }
}

use app::WaitingRewards;

/// When the queue is closed into a batch. All in milliseconds but the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueSettings {
    /// So long after the last reward.
    pub debounce_ms: i64,
    /// At so many, whenever they came.
    pub actions: u64,
    /// So long after the first, however many more come: steady traffic puts nobody off for ever.
    pub max_age_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Now,
    /// Unless more come: milliseconds since the Unix epoch.
    At(i64),
    /// Nothing can be sent.
    Never,
}

/// When a batch is to be formed of what waits.
pub fn due(waiting: WaitingRewards, now_ms: i64, settings: &DueSettings) -> Due {
    if waiting.count == 0 {
        return Due::Never;
    }
    let (Some(oldest), Some(newest)) = (waiting.oldest_ms, waiting.newest_ms) else {
        return Due::Never;
    };
    if waiting.count >= settings.actions {
        return Due::Now;
    }
    let quiet = newest.saturating_add(settings.debounce_ms);
    let at = quiet.min(oldest.saturating_add(settings.max_age_ms));
    if at <= now_ms { Due::Now } else { Due::At(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: DueSettings = DueSettings {
        debounce_ms: 5_000,
        actions: 100,
        max_age_ms: 60_000,
    };

    #[test]
    fn a_batch_closes_when_it_is_quiet_or_full_or_old() {
        let check = |count, (oldest, newest), now_ms, expect| {
            let waiting = WaitingRewards {
                count,
                oldest_ms: Some(oldest),
                newest_ms: Some(newest),
                without_wallet: 7,
            };
            assert_eq!(due(waiting, now_ms, &SETTINGS), expect, "{waiting:?}");
        };
        // Five seconds after the last.
        check(1, (1_000, 1_000), 1_000, Due::At(6_000));
        check(1, (1_000, 1_000), 5_999, Due::At(6_000));
        check(1, (1_000, 1_000), 6_000, Due::Now);
        check(2, (1_000, 4_000), 6_000, Due::At(9_000));
        // A hundred.
        check(99, (1_000, 1_000), 1_000, Due::At(6_000));
        check(100, (1_000, 1_000), 1_000, Due::Now);
        check(100_000, (1_000, 1_000), 1_000, Due::Now);
        // Steady traffic: the last is always new.
        check(50, (1_000, 58_000), 58_000, Due::At(61_000));
        check(50, (1_000, 60_999), 60_999, Due::At(61_000));
        check(50, (1_000, 61_000), 61_000, Due::Now);
        // Another machine's clock is ahead, at most for the oldest's age.
        check(1, (90_000, 90_000), 1_000, Due::At(95_000));
    }

    #[test]
    fn without_a_wallet_nothing_is_due() {
        let waiting = WaitingRewards {
            without_wallet: 1_000,
            ..WaitingRewards::default()
        };
        assert_eq!(due(waiting, i64::MAX, &SETTINGS), Due::Never);
    }
}

use std::{
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use app::App;
use governor::{
    Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, state::keyed::HashMapStateStore,
};
use ledger::TelegramUserId;

use super::problem::Problem;

type Limiter = RateLimiter<
    TelegramUserId,
    HashMapStateStore<TelegramUserId>,
    AppClock,
    NoOpMiddleware<Duration>,
>;

/// How many requests a player may make.
pub(super) struct Limits(Option<Limiter>);

impl Limits {
    const MOST: usize = 100_000;

    pub(super) fn new(per_minute: u32, app: &App) -> Self {
        let quota = NonZeroU32::new(per_minute).map(Quota::per_minute);
        let clock = || AppClock::new(app.clone());
        Self(quota.map(|quota| RateLimiter::new(quota, HashMapStateStore::default(), clock())))
    }

    pub(super) fn take(&self, player: TelegramUserId) -> Result<(), Problem> {
        let Some(limiter) = &self.0 else {
            return Ok(());
        };
        if limiter.len() > Self::MOST {
            limiter.retain_recent();
        }
        limiter.check_key(&player).map_err(|not_until| {
            let wait = not_until.wait_time_from(limiter.clock().now());
            let whole = u32::try_from(wait.as_millis().div_ceil(1_000));
            Problem::rate_limited(whole.unwrap_or(u32::MAX).max(1))
        })
    }
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limits")
    }
}

/// The program's clock, as governor wants it: it never goes back.
#[derive(Debug, Clone)]
struct AppClock {
    app: App,
    read: std::sync::Arc<Mutex<Read>>,
}

#[derive(Debug, Clone, Copy)]
struct Read {
    at_ms: i64,
    elapsed_ms: u64,
}

impl AppClock {
    fn new(app: App) -> Self {
        let at_ms = app.clock().now_ms();
        let read = Read {
            at_ms,
            elapsed_ms: 0,
        };
        Self {
            app,
            read: std::sync::Arc::new(Mutex::new(read)),
        }
    }
}

impl Clock for AppClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let now_ms = self.app.clock().now_ms();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let since_ms = u64::try_from(now_ms.saturating_sub(read.at_ms)).unwrap_or(0);
        read.elapsed_ms = read.elapsed_ms.saturating_add(since_ms);
        read.at_ms = now_ms;
        Duration::from_millis(read.elapsed_ms)
    }
}

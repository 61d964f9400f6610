use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::App;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use governor::{
    NotUntil, Quota, RateLimiter,
    clock::Clock,
    middleware::{NoOpMiddleware, StateInformationMiddleware},
    state::keyed::HashMapStateStore,
};
use ledger::ApiKeyId;

use crate::{problem::Problem, state::Config};

/// How many requests a key, or an address without one, may make.
#[derive(Debug)]
pub(crate) struct Limits {
    keys: Option<Limit<ApiKeyId>>,
    peers: Option<Limit<IpAddr>>,
}

impl Limits {
    pub(crate) fn new(config: &Config, app: &App) -> Self {
        Self {
            keys: Limit::new(config.requests_per_minute, app),
            peers: Limit::new(config.peer_requests_per_minute, app),
        }
    }

    pub(crate) fn key(&self, key: ApiKeyId) -> Result<Option<Left>, Problem> {
        self.keys.as_ref().map(|limit| limit.take(&key)).transpose()
    }

    pub(crate) fn peer(&self, peer: IpAddr) -> Result<Option<Left>, Problem> {
        let network = network(peer);
        self.peers
            .as_ref()
            .map(|limit| limit.take(&network))
            .transpose()
    }
}

/// One customer of an IPv6 provider has at least a /64, so that is what is counted.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// What a limit leaves, as the RateLimit header fields of the HTTPAPI working group's draft say it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Left {
    quota: u32,
    requests: u32,
}

impl Left {
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
        const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
        let Self { quota, requests } = self;
        // Requests come back evenly over the minute; `t` is when all of them are there again.
        let used = u64::from(quota.saturating_sub(requests));
        let full_secs = (used * 60).div_ceil(u64::from(quota.max(1)));
        let limit = format!("\"default\";r={requests};t={full_secs}");
        let policy = format!("\"default\";q={quota};w=60");
        for (name, text) in [(LIMIT, limit), (POLICY, policy)] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        }
    }
}

struct Limit<K: std::hash::Hash + Eq + Clone>(
    RateLimiter<K, HashMapStateStore<K>, AppClock, StateInformationMiddleware>,
    u32,
);

impl<K: std::hash::Hash + Eq + Clone> Limit<K> {
    const MOST: usize = 100_000;

    fn new(per_minute: u32, app: &App) -> Option<Self> {
        let per_minute = NonZeroU32::new(per_minute)?;
        let limiter: RateLimiter<_, _, _, NoOpMiddleware<Duration>> = RateLimiter::new(
            Quota::per_minute(per_minute),
            HashMapStateStore::default(),
            AppClock::new(app.clone()),
        );
        Some(Self(
            limiter.with_middleware::<StateInformationMiddleware>(),
            per_minute.get(),
        ))
    }

    fn take(&self, key: &K) -> Result<Left, Problem> {
        if self.0.len() > Self::MOST {
            self.0.retain_recent();
        }
        match self.0.check_key(key) {
            Ok(left) => Ok(Left {
                quota: self.1,
                requests: left.remaining_burst_capacity(),
            }),
            Err(not_until) => Err(self.refused(&not_until)),
        }
    }

    fn refused(&self, not_until: &NotUntil<Duration>) -> Problem {
        let wait = not_until.wait_time_from(self.0.clock().now());
        let whole = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
        let seconds = whole
            .saturating_add(u32::from(wait.subsec_nanos() > 0))
            .max(1);
        Problem::rate_limited(
            seconds,
            Left {
                quota: self.1,
                requests: 0,
            },
        )
    }
}

impl<K: std::hash::Hash + Eq + Clone> std::fmt::Debug for Limit<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Limit({} a minute)", self.1)
    }
}

/// The program's clock, as governor wants it: it never goes back, so that nobody waits for an hour that comes twice.
#[derive(Debug, Clone)]
struct AppClock {
    app: App,
    read: Arc<Mutex<Read>>,
}

#[derive(Debug, Clone, Copy)]
struct Read {
    at_ms: i64,
    elapsed_ms: u64,
}

impl AppClock {
    fn new(app: App) -> Self {
        let read = Read {
            at_ms: app.clock().now_ms(),
            elapsed_ms: 0,
        };
        Self {
            app,
            read: Arc::new(Mutex::new(read)),
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

use std::{fmt, num::NonZeroU32, time::Duration};

/// Where the chain's server is and how we may ask it.
#[derive(Clone)]
pub struct ClientConfig {
    /// Such as `https://toncenter.com` or `http://127.0.0.1:8081`, without `/api`.
    pub base_url: String,
    pub api_key: Option<String>,
    /// None for as fast as it goes, as on one's own machine. toncenter's public server takes 1 without a key.
    pub requests_per_second: Option<NonZeroU32>,
    /// For one request, retries not counted.
    pub timeout: Duration,
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("base_url", &self.base_url)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("requests_per_second", &self.requests_per_second)
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// How often a request is made that fails for a passing reason, and how long is waited between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// The first time counts.
    pub attempts: u32,
    /// Doubled each time, and up to as much again at random, so that many clients do not come back at once.
    pub first_delay: Duration,
    pub delay_most: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_delay: Duration::from_millis(250),
            delay_most: Duration::from_secs(5),
        }
    }
}

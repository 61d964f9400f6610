//! Rate limits: one bucket for each route and top-level id, and one over all.
//!
//! <https://discord.com/developers/docs/topics/rate-limits>

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    time::{Duration, Instant},
};

use super::{call::Call, routes::Found};
use crate::{
    clock::{self, WallTime},
    faults::LimitScope,
    settings::{Allowance, RateLimits},
    world::World,
};

#[derive(Debug, Default)]
pub struct Buckets {
    routes: HashMap<String, Window>,
    global: Option<Window>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    opened: Instant,
    used: u32,
}

/// How a bucket stands after a request.
#[derive(Clone, Debug)]
pub struct Standing {
    pub bucket: String,
    limit: u32,
    remaining: u32,
    reset_after: Duration,
}

#[derive(Clone, Debug)]
pub struct Refused {
    pub retry_after: Duration,
    pub scope: LimitScope,
    pub bucket: String,
}

impl Standing {
    pub fn headers(&self) -> [(&'static str, String); 5] {
        bucket_headers(&self.bucket, self.limit, self.remaining, self.reset_after)
    }
}

impl Refused {
    pub fn headers(&self) -> [(&'static str, String); 5] {
        bucket_headers(&self.bucket, 1, 0, self.retry_after)
    }
}

fn bucket_headers(
    bucket: &str,
    limit: u32,
    remaining: u32,
    reset_after: Duration,
) -> [(&'static str, String); 5] {
    // Rounded up, or a client that waits exactly so long comes a moment too early.
    let reset_after_secs = (reset_after.as_secs_f64() * 1000.0).ceil() / 1000.0;
    let reset = WallTime::now().unix_ms() as f64 / 1000.0 + reset_after_secs;
    [
        ("x-ratelimit-limit", limit.to_string()),
        ("x-ratelimit-remaining", remaining.to_string()),
        ("x-ratelimit-reset", format!("{reset:.3}")),
        ("x-ratelimit-reset-after", format!("{reset_after_secs:.3}")),
        ("x-ratelimit-bucket", bucket.to_owned()),
    ]
}

/// Counts a request in a window; gives what is left, or how long to wait.
fn count(window: &mut Window, allowed: Allowance) -> Result<(u32, Duration), Duration> {
    let now = clock::instant();
    if now.duration_since(window.opened) >= allowed.window {
        *window = Window {
            opened: now,
            used: 0,
        };
    }
    let reset_after = allowed
        .window
        .saturating_sub(now.duration_since(window.opened));
    if window.used >= allowed.requests {
        return Err(reset_after);
    }
    window.used += 1;
    Ok((allowed.requests - window.used, reset_after))
}

impl World {
    pub fn count_request(&mut self, call: &Call, found: &Found) -> Result<Standing, Refused> {
        let limits = self.settings.rate_limits;
        let bucket = bucket_name(found);
        let refused = |scope| {
            let bucket = bucket.clone();
            move |retry_after| Refused {
                retry_after,
                scope,
                bucket,
            }
        };
        let fresh = || Window {
            opened: clock::instant(),
            used: 0,
        };
        if let Some(allowed) = limits.global.filter(|_| !found.is_open()) {
            let window = self.buckets.global.get_or_insert_with(fresh);
            count(window, allowed).map_err(refused(LimitScope::Global))?;
        }
        let allowed = allowance(&limits, call, found);
        let key = format!("{bucket}/{}", found.top_level_id());
        let window = self.buckets.routes.entry(key).or_insert_with(fresh);
        let (remaining, reset_after) = count(window, allowed).map_err(refused(LimitScope::User))?;
        Ok(Standing {
            bucket,
            limit: allowed.requests,
            remaining,
            reset_after,
        })
    }
}

/// Discord names buckets by a hash; what is hashed nobody knows.
fn bucket_name(found: &Found) -> String {
    let mut hasher = DefaultHasher::new();
    (found.method, found.template).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn allowance(limits: &RateLimits, call: &Call, found: &Found) -> Allowance {
    let changes = call.method != "GET";
    match found.template {
        template if template.contains("/reactions/") => limits.reactions,
        "/channels/{}/messages" if changes => limits.messages,
        template if template.starts_with("/guilds/{}/emojis") && changes => limits.emoji_changes,
        template if template.starts_with("/guilds/{}/members/") && changes => limits.member_edits,
        _ => limits.route,
    }
}

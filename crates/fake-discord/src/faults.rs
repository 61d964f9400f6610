//! What can go wrong, on demand.

use std::time::Duration;

use crate::{
    gateway::{CloseCode, Frame},
    record::glob_matches,
    shared::Shared,
};

/// Which limit a 429 names in `X-RateLimit-Scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitScope {
    /// This bot's own limit for the route.
    User,
    /// A limit on the resource that all bots share; does not count as an invalid request.
    Shared,
    /// The limit over all routes.
    Global,
}

impl LimitScope {
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Shared => "shared",
            Self::Global => "global",
        }
    }
}

#[derive(Clone, Debug)]
pub enum RestEffect {
    RateLimited {
        retry_after: Duration,
        scope: LimitScope,
    },
    ServerError {
        status: u16,
    },
    Slow {
        delay: Duration,
    },
    /// The request is carried out, then the connection breaks before the answer.
    LostAnswer,
    MissingPermissions,
}

#[derive(Clone, Debug)]
struct RestFault {
    method: String,
    path_glob: String,
    left: u32,
    effect: RestEffect,
}

/// The faults that are armed now.
#[derive(Debug, Default)]
pub struct FaultState {
    rest: Vec<RestFault>,
    twice: Vec<(String, u32)>,
    pub omit_message_author: bool,
    pub event_delay: Option<Duration>,
    pub no_heartbeat_acks: bool,
    pub gateway_closed: bool,
    /// How many already delivered events the next RESUME sends again.
    pub replay_again: u64,
}

impl FaultState {
    /// The effect for this request, if one is armed; each is used up by its requests.
    pub fn take(&mut self, method: &str, path: &str) -> Option<RestEffect> {
        let fault = self.rest.iter_mut().find(|fault| {
            fault.left > 0 && fault.method == method && glob_matches(&fault.path_glob, path)
        })?;
        fault.left -= 1;
        Some(fault.effect.clone())
    }

    /// How often an event of this name is delivered: normally once.
    pub fn copies(&mut self, event: &str) -> u32 {
        let armed = self
            .twice
            .iter_mut()
            .find(|(name, left)| name == event && *left > 0);
        armed.map_or(1, |(_, left)| {
            *left -= 1;
            2
        })
    }
}

/// Arms faults of a running fake; from [`FakeDiscord::faults`](crate::FakeDiscord::faults).
#[derive(Clone, Debug)]
pub struct Faults {
    shared: Shared,
}

impl Faults {
    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// The next `count` REST requests with this method and path (`*` one segment, `**` any number;
    /// without `/api/v10`) …
    #[must_use = "say what shall happen to those requests"]
    pub fn next(&self, count: u32, method: &str, path_glob: &str) -> NextRequests {
        NextRequests {
            shared: self.shared.clone(),
            count,
            method: method.to_owned(),
            path_glob: path_glob.to_owned(),
        }
    }

    /// Takes back every fault that is still armed.
    pub fn clear(&self) {
        self.shared
            .change(|world| world.faults = FaultState::default());
    }

    /// Cuts every gateway connection without a close frame. Sessions stay resumable, and what
    /// happens meanwhile is replayed on RESUME.
    pub fn drop_connections(&self) {
        self.shared
            .change(|world| world.gateway.cut_all(&Frame::Abort));
    }

    /// As [`Self::drop_connections`], and nobody may connect again until [`Self::open_gateway`].
    pub fn close_gateway(&self) {
        self.shared.change(|world| {
            world.faults.gateway_closed = true;
            world.gateway.cut_all(&Frame::Abort);
        });
    }

    pub fn open_gateway(&self) {
        self.shared
            .change(|world| world.faults.gateway_closed = false);
    }

    /// Cuts the connections, and on RESUME sends `count` events again that were delivered before,
    /// under their old sequence numbers.
    pub fn drop_connections_and_replay(&self, count: u64) {
        self.shared.change(|world| {
            world.faults.replay_again = count;
            world.gateway.cut_all(&Frame::Abort);
        });
    }

    /// Asks every client to reconnect and resume (op 7).
    pub fn ask_to_reconnect(&self) {
        let reconnect = serde_json::json!({"op": 7, "d": null});
        self.shared
            .change(|world| world.gateway.send_all(&reconnect));
    }

    /// Tells every client that its session is over (op 9) and forgets the sessions, so that a
    /// client must identify again.
    pub fn invalidate_sessions(&self) {
        let invalid = serde_json::json!({"op": 9, "d": false});
        self.shared.change(|world| {
            world.gateway.send_all(&invalid);
            world.gateway.forget_sessions();
        });
    }

    /// Closes every connection with a close code, as Discord does on its own errors.
    pub fn close_connections(&self, code: CloseCode) {
        let frame = Frame::Close(code, "fault on demand");
        self.shared.change(|world| world.gateway.cut_all(&frame));
    }

    /// Asks every client for a heartbeat at once (op 1).
    pub fn ask_for_heartbeat(&self) {
        let beat = serde_json::json!({"op": 1, "d": null});
        self.shared.change(|world| world.gateway.send_all(&beat));
    }

    /// While on, heartbeats stay unanswered, as on a dead connection that still looks open.
    pub fn zombie(&self, on: bool) {
        self.shared
            .change(|world| world.faults.no_heartbeat_acks = on);
    }

    /// While on, MESSAGE_REACTION_ADD comes without its optional `message_author_id`.
    pub fn omit_message_author(&self, on: bool) {
        self.shared
            .change(|world| world.faults.omit_message_author = on);
    }

    /// Sends one reaction event that lacks nearly every field.
    pub fn malformed_event(&self) {
        self.shared.change(|world| {
            let nonsense = serde_json::json!({"guild_id": "not a number"});
            world
                .gateway
                .dispatch_to_all("MESSAGE_REACTION_ADD", &nonsense);
        });
    }

    /// The next `count` events of this name (`INTERACTION_CREATE`, …) are delivered twice.
    pub fn deliver_twice(&self, event: &str, count: u32) {
        let armed = (event.to_owned(), count);
        self.shared.change(|world| world.faults.twice.push(armed));
    }

    /// Every event from now on waits this long; `None` ends it.
    pub fn delay_events(&self, delay: Option<Duration>) {
        self.shared.change(|world| world.faults.event_delay = delay);
    }

    /// Every interaction's token expires now: 10062 before the first answer, 50027 after it.
    pub fn expire_interactions(&self) {
        self.shared.change(|world| {
            let all = world.interactions.values_mut();
            all.for_each(|interaction| interaction.forced_expired = true);
        });
    }
}

/// Requests that are to fail; see [`Faults::next`].
#[derive(Clone, Debug)]
pub struct NextRequests {
    shared: Shared,
    count: u32,
    method: String,
    path_glob: String,
}

impl NextRequests {
    /// … are answered 429.
    pub fn rate_limited(self, retry_after: Duration, scope: LimitScope) {
        self.arm(RestEffect::RateLimited { retry_after, scope });
    }

    /// … are answered with this status, 500 to 599.
    pub fn server_error(self, status: u16) {
        self.arm(RestEffect::ServerError { status });
    }

    /// … are carried out and answered only after `delay`.
    pub fn slow(self, delay: Duration) {
        self.arm(RestEffect::Slow { delay });
    }

    /// … are carried out, but the connection breaks before the answer.
    pub fn lost_answer(self) {
        self.arm(RestEffect::LostAnswer);
    }

    /// … are answered 403 with code 50013.
    pub fn missing_permissions(self) {
        self.arm(RestEffect::MissingPermissions);
    }

    fn arm(self, effect: RestEffect) {
        let fault = RestFault {
            method: self.method,
            path_glob: self.path_glob,
            left: self.count,
            effect,
        };
        self.shared.change(|world| world.faults.rest.push(fault));
    }
}

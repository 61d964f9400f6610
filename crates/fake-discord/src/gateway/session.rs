use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::{Event, Intents};
use crate::{clock, ids::GuildId};

/// How many events a session keeps for RESUME.
const BACKLOG: usize = 10_000;

/// A close code of the gateway.
/// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseCode(pub u16);

impl CloseCode {
    pub const UNKNOWN_ERROR: Self = Self(4000);
    pub const UNKNOWN_OPCODE: Self = Self(4001);
    pub const DECODE_ERROR: Self = Self(4002);
    pub const NOT_AUTHENTICATED: Self = Self(4003);
    pub const AUTHENTICATION_FAILED: Self = Self(4004);
    pub const ALREADY_AUTHENTICATED: Self = Self(4005);
    pub const INVALID_SEQ: Self = Self(4007);
    pub const RATE_LIMITED: Self = Self(4008);
    pub const SESSION_TIMED_OUT: Self = Self(4009);
    pub const INVALID_SHARD: Self = Self(4010);
    pub const INVALID_API_VERSION: Self = Self(4012);
    pub const INVALID_INTENTS: Self = Self(4013);
    pub const DISALLOWED_INTENTS: Self = Self(4014);
}

/// Something for a connection to write, or to do.
#[derive(Clone, Debug)]
pub enum Frame {
    Text(String),
    /// Held back until then; what follows waits too, so that the order stays.
    TextAt(Instant, String),
    Close(CloseCode, &'static str),
    /// Cut the connection without a close frame.
    Abort,
}

/// Where this fake can be reached.
#[derive(Clone, Debug, Default)]
pub struct Urls {
    pub rest: String,
    pub gateway: String,
    pub cdn: String,
}

#[derive(Debug, Default)]
pub struct Gateway {
    pub urls: Urls,
    pub sessions: BTreeMap<String, Session>,
    pub identifies: Vec<(u64, Instant)>,
    pub identify_count: u64,
    pub resume_count: u64,
    pub member_requests: BTreeMap<GuildId, Instant>,
    last_session: u64,
}

#[derive(Debug)]
pub struct Session {
    pub shard: u64,
    pub shards: u64,
    pub intents: Intents,
    pub sequence: u64,
    backlog: VecDeque<(u64, String)>,
    /// The connection that carries this session now.
    pub live: Option<UnboundedSender<Frame>>,
}

impl Session {
    pub fn new(shard: u64, shards: u64, intents: Intents) -> Self {
        Self {
            shard,
            shards,
            intents,
            sequence: 0,
            backlog: VecDeque::new(),
            live: None,
        }
    }

    /// Numbers an event, keeps it for RESUME, and sends it if somebody listens.
    pub fn dispatch(&mut self, name: &str, data: &Value, delay: Option<Duration>) {
        self.sequence += 1;
        let text = json!({"op": 0, "s": self.sequence, "t": name, "d": data}).to_string();
        self.backlog.push_back((self.sequence, text.clone()));
        if self.backlog.len() > BACKLOG {
            self.backlog.pop_front();
        }
        self.send(match delay {
            None => Frame::Text(text),
            Some(delay) => Frame::TextAt(clock::instant() + delay, text),
        });
    }

    /// Sends again everything after `sequence`. False when that cannot be done.
    pub fn replay_after(&self, sequence: u64) -> bool {
        let oldest = self
            .backlog
            .front()
            .map_or(self.sequence + 1, |(number, _)| *number);
        if sequence > self.sequence || sequence + 1 < oldest {
            return false;
        }
        let missed = self.backlog.iter().filter(|(number, _)| *number > sequence);
        missed.for_each(|(_, text)| self.send(Frame::Text(text.clone())));
        true
    }

    pub fn send(&self, frame: Frame) {
        // A connection that ends at this moment misses the frame; RESUME brings it again.
        if let Some(live) = &self.live {
            let _ = live.send(frame);
        }
    }

    fn cut(&mut self, frame: &Frame) {
        self.send(frame.clone());
        self.live = None;
    }

    pub fn serves(&self, guild: GuildId) -> bool {
        guild.shard(self.shards) == self.shard
    }
}

impl Gateway {
    pub fn new_session_id(&mut self) -> String {
        self.last_session += 1;
        format!("{:032x}", self.last_session)
    }

    pub fn cut_all(&mut self, frame: &Frame) {
        self.sessions
            .values_mut()
            .for_each(|session| session.cut(frame));
    }

    pub fn send_all(&self, payload: &Value) {
        let frame = Frame::Text(payload.to_string());
        self.sessions
            .values()
            .for_each(|session| session.send(frame.clone()));
    }

    pub fn forget_sessions(&mut self) {
        self.sessions.clear();
    }

    pub fn dispatch_to_all(&mut self, name: &str, data: &Value) {
        let all = self.sessions.values_mut();
        all.for_each(|session| session.dispatch(name, data, None));
    }

    pub fn last_event(&self, shard: u64) -> u64 {
        let sessions = self.sessions.values();
        let of_shard = sessions.filter(|session| session.shard == shard);
        of_shard.map(|session| session.sequence).max().unwrap_or(0)
    }

    pub fn connected(&self) -> impl Iterator<Item = &Session> {
        self.sessions
            .values()
            .filter(|session| session.live.is_some())
    }
}

impl crate::world::World {
    /// Delivers an event to every session of the right shard that asked for it.
    pub fn emit(&mut self, event: &Event) {
        let copies = self.faults.copies(event.name);
        let delay = self.faults.event_delay;
        let bot = self.application.bot;
        for session in self.gateway.sessions.values_mut() {
            if !event.reaches(session) {
                continue;
            }
            let data = event.data_for(session, bot);
            for _ in 0..copies {
                session.dispatch(event.name, &data, delay);
            }
        }
    }
}

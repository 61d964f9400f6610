//! Everything that this Telegram knows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;
use tokio::time::Instant;

use crate::{driver::Settings, faults::Armed};

#[derive(Debug)]
pub struct World {
    pub settings: Settings,
    pub armed: Armed,
    pub calls: Vec<Call>,
    pub people: BTreeMap<u64, Person>,
    pub messages: Vec<Message>,
    pub updates: Updates,
    pub commands: Vec<(String, String)>,
    pub menu_button: Option<Value>,
    pub invoices: Vec<Invoice>,
    pub checkouts: BTreeMap<String, Checkout>,
    pub payments: Vec<Payment>,
    /// Ids of callback queries that were not answered yet.
    pub callbacks: BTreeSet<String>,
    pub next_id: i64,
}

/// A call of a method, as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub method: String,
    pub params: Value,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub first_name: String,
    /// Wrote to the bot, so that the bot may write to them.
    pub started: bool,
}

/// Where a message stands: groups have negative ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chat {
    Private(u64),
    Group(i64),
}

impl Chat {
    pub fn id(self) -> i64 {
        match self {
            Chat::Private(person) => person.cast_signed(),
            Chat::Group(id) => id,
        }
    }
}

/// A message that stands in a chat.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: i64,
    pub chat: i64,
    /// None for the bot's own.
    pub from: Option<u64>,
    /// As it was sent, with its markup.
    pub text: String,
    pub keyboard: Option<Value>,
}

#[derive(Debug, Default)]
pub struct Updates {
    pub waiting: VecDeque<(i64, Value)>,
    /// All that ever were, so that they can come again.
    pub all: Vec<(i64, Value)>,
    pub next: i64,
    /// Kinds that the bot asked for; all when empty.
    pub allowed: Vec<String>,
    pub webhook: Option<Webhook>,
    /// Which long poll is the newest: an older one ends with a conflict.
    pub poll: u64,
    /// Updates are kept back until they are released.
    pub held: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    pub last_error: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    pub link: String,
    pub title: String,
    pub payload: String,
    pub stars: u32,
}

/// A question before a payment.
#[derive(Debug, Clone)]
pub struct Checkout {
    pub asked: Instant,
    /// Refused with these words, or allowed.
    pub answer: Option<Result<(), String>>,
}

/// Stars that a person has paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub charge_id: String,
    pub person: u64,
    pub payload: String,
    pub stars: u32,
    pub refunded: bool,
}

impl World {
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            armed: Armed::default(),
            calls: Vec::new(),
            people: BTreeMap::new(),
            messages: Vec::new(),
            updates: Updates {
                next: 700_000_001,
                ..Updates::default()
            },
            commands: Vec::new(),
            menu_button: None,
            invoices: Vec::new(),
            checkouts: BTreeMap::new(),
            payments: Vec::new(),
            callbacks: BTreeSet::new(),
            next_id: 1,
        }
    }

    pub fn fresh_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id
    }

    /// The bot's own id: the first part of its token.
    pub fn bot_id(&self) -> u64 {
        let id = self.settings.token.split(':').next();
        id.and_then(|id| id.parse().ok()).unwrap_or(1)
    }
}

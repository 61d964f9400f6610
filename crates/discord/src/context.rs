//! What every handler has at hand.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use app::{
    App,
    origin::{Discord, Entry, Gate},
};
use tokio::sync::{Semaphore, watch};
use twilight_http::{Client, client::InteractionClient};
use twilight_model::id::{Id, marker::ApplicationMarker};

use crate::{
    Config, board::Boards, global_policy::KnownGlobalPolicy, guilds::Homes, members::Acquaintances,
    picture::Downloads, post::Posts, quotas::Quotas, reactions::Closed, rights::KnownRights,
    top_role::TopRoles, troubles::KnownTroubles,
};

pub(crate) const APPLICATION: &str = "discord";

/// Enough to fill a commit, few enough for the next commit to have the command that came meanwhile.
const REACTIONS_AT_ONCE: usize = 256;

#[derive(Debug)]
pub(crate) struct Context {
    pub app: App,
    pub config: Config,
    pub http: Client,
    pub application: Id<ApplicationMarker>,
    pub homes: Homes,
    pub acquaintances: Acquaintances,
    pub boards: Boards,
    pub closed: Closed,
    pub downloads: Downloads,
    pub posts: Posts,
    pub rights: KnownRights,
    pub troubles: KnownTroubles,
    pub quotas: Quotas,
    pub global_policy: KnownGlobalPolicy,
    pub top_roles: TopRoles,
    /// So many reactions are worked on at once: a command that comes in a storm of them does not stand at the end of the line.
    pub reactions: Semaphore,
    /// How many jobs were added: wakes those who do them.
    pub jobs: watch::Sender<u64>,
    gate: Gate<Discord>,
    members_intent: AtomicBool,
    /// Says only once that the members intent is missing.
    told: Mutex<bool>,
}

impl Context {
    pub(crate) fn new(
        app: App,
        gate: Gate<Discord>,
        config: Config,
        http: Client,
        application: Id<ApplicationMarker>,
    ) -> Self {
        Self {
            app,
            config,
            http,
            application,
            homes: Homes::default(),
            acquaintances: Acquaintances::default(),
            boards: Boards::default(),
            closed: Closed::default(),
            downloads: Downloads::new(),
            posts: Posts::default(),
            rights: KnownRights::default(),
            troubles: KnownTroubles::default(),
            quotas: Quotas::default(),
            global_policy: KnownGlobalPolicy::default(),
            top_roles: TopRoles::default(),
            reactions: Semaphore::new(REACTIONS_AT_ONCE),
            jobs: watch::Sender::new(0),
            gate,
            members_intent: AtomicBool::new(true),
            told: Mutex::new(false),
        }
    }

    /// The entry of one of the bot's commands or events.
    pub(crate) fn entry(&self, name: &str) -> Entry {
        self.gate.entry(name, APPLICATION)
    }

    /// What this process remembers of guilds and members, which another one may have changed.
    pub(crate) fn forget(&self) {
        self.homes.forget_all();
        self.acquaintances.forget_all();
        self.boards.forget_all();
        self.rights.forget_all();
        self.troubles.forget_all();
        self.quotas.forget_all();
    }

    pub(crate) fn has_members_intent(&self) -> bool {
        self.members_intent.load(Ordering::Relaxed)
    }

    /// Discord does not let the bot see members: it goes on with those whom it meets.
    pub(crate) fn give_up_members_intent(&self) {
        self.members_intent.store(false, Ordering::Relaxed);
        let mut told = self
            .told
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if !std::mem::replace(&mut *told, true) {
            tracing::warn!(
                "the members intent is off for this application: leaderboards show only those whom the bot has met. \
                 Turn on \"Server Members Intent\" on the application's page and restart"
            );
        }
    }
}

impl Context {
    pub(crate) const fn interactions(&self) -> InteractionClient<'_> {
        self.http.interaction(self.application)
    }
}

//! What tests and the demo do here: make guilds and people, and be those people.

mod answer;
mod asking;
mod builder;
mod commands;
mod error;
mod guild;
mod menus;
mod modals;
mod options;
mod people;
mod post;
mod pressing;
mod render;
mod talking;
mod waiting;

use std::{net::SocketAddr, sync::Arc};

pub use answer::{Choice, Interaction};
pub use builder::Builder;
pub use error::DriverError;
pub use guild::Guild;
pub use modals::{Modal, ModalField};
pub use options::OptionValue;
pub use post::{Button, Post, Select, SelectChoice};
pub use talking::MAX_REACTIONS;

use crate::{
    faults::Faults,
    gateway::Intents,
    ids::{ApplicationId, UserId},
    record::RecordedRequest,
    server::Server,
    shared::Shared,
};

/// A running Discord. Clones are the same one; it stops when the last is dropped.
#[derive(Clone, Debug)]
pub struct FakeDiscord {
    pub(crate) shared: Shared,
    server: Arc<Server>,
}

impl FakeDiscord {
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// `http://127.0.0.1:port`, without `/api/v10`.
    pub fn rest_url(&self) -> String {
        self.shared.read(|world| world.gateway.urls.rest.clone())
    }

    /// `ws://127.0.0.1:port`
    pub fn gateway_url(&self) -> String {
        self.shared.read(|world| world.gateway.urls.gateway.clone())
    }

    /// `http://127.0.0.1:port`
    pub fn cdn_url(&self) -> String {
        self.shared.read(|world| world.gateway.urls.cdn.clone())
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    pub fn bot_token(&self) -> String {
        self.shared.read(|world| world.settings.bot_token.clone())
    }

    pub fn bot_user(&self) -> UserId {
        self.shared.read(|world| world.application.bot)
    }

    pub fn application_id(&self) -> ApplicationId {
        self.shared.read(|world| world.application.id)
    }

    /// The person who owns the application.
    pub fn application_owner(&self) -> UserId {
        self.shared.read(|world| world.application.owner)
    }

    pub fn faults(&self) -> Faults {
        Faults::new(self.shared.clone())
    }

    /// Every REST request so far, in order of arrival.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.read(|world| world.requests.clone())
    }

    pub fn forget_requests(&self) {
        self.shared.change(|world| world.requests.clear());
    }

    /// The requests for which this API has no route: mistakes of the bot, or gaps of the fake.
    pub fn unknown_routes(&self) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| !request.known_route);
        requests
    }

    /// The intents of every session that is connected now.
    pub fn connected_intents(&self) -> Vec<Intents> {
        self.shared.read(|world| {
            world
                .gateway
                .connected()
                .map(|session| session.intents)
                .collect()
        })
    }

    /// How often the bot has identified so far: 1 after a start, and still 1 after a resume.
    pub fn identify_count(&self) -> u64 {
        self.shared.read(|world| world.gateway.identify_count)
    }

    pub fn resume_count(&self) -> u64 {
        self.shared.read(|world| world.gateway.resume_count)
    }

    /// The names of the globally registered commands, in order of registration.
    pub fn registered_commands(&self) -> Vec<String> {
        self.shared.read(|world| {
            let all = world.commands.of(None).iter();
            all.map(|command| command.name().to_owned()).collect()
        })
    }

    /// Switches the privileged members intent on the application's page.
    pub fn set_members_intent(&self, on: bool) {
        self.shared
            .change(|world| world.settings.members_intent = on);
    }
}

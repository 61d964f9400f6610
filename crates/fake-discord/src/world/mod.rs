//! Everything that exists on this Discord, in memory. Nothing here knows about HTTP or WebSockets.

mod channel;
mod command;
mod file;
mod guild;
mod interaction;
mod message;
mod user;

use std::collections::BTreeMap;

pub use channel::{Channel, Overwrite, Place};
pub use command::{CommandKind, Commands, Registered};
pub use file::{File, StoredFile};
pub use guild::{Guild, GuildEmoji, Member, Role, RoleSetup};
pub use interaction::{FirstAnswer, Interaction, InteractionKind};
pub use message::{Emoji, Message, MessageBody, Reactions, flags};
pub use user::User;

use crate::{
    clock::{Snowflakes, WallTime},
    faults::FaultState,
    gateway::Gateway,
    ids::{ApplicationId, AttachmentId, ChannelId, GuildId, InteractionId, MessageId, UserId},
    permissions::Permissions,
    record::RecordedRequest,
    rest::limits::Buckets,
    settings::Settings,
};

#[derive(Debug)]
pub struct World {
    pub settings: Settings,
    pub snowflakes: Snowflakes,
    pub application: Application,
    pub users: BTreeMap<UserId, User>,
    pub guilds: BTreeMap<GuildId, Guild>,
    pub channels: BTreeMap<ChannelId, Channel>,
    pub commands: Commands,
    pub interactions: BTreeMap<InteractionId, Interaction>,
    pub files: BTreeMap<AttachmentId, StoredFile>,
    /// Messages that were sent with a nonce to be enforced.
    pub nonces: BTreeMap<(ChannelId, String), MessageId>,
    pub gateway: Gateway,
    pub faults: FaultState,
    pub buckets: Buckets,
    pub requests: Vec<RecordedRequest>,
}

#[derive(Debug)]
pub struct Application {
    pub id: ApplicationId,
    pub bot: UserId,
    pub owner: UserId,
}

impl World {
    pub fn new(settings: Settings) -> Self {
        let mut snowflakes = Snowflakes::default();
        let owner = User::person(
            UserId::new(snowflakes.at(settings.person_born())),
            "developer",
        );
        let id = snowflakes.next();
        // Since 2016 an application and its bot user share their id.
        let bot = User::bot(UserId::new(id), &settings.bot_name);
        let application = Application {
            id: ApplicationId::new(id),
            bot: bot.id,
            owner: owner.id,
        };
        Self {
            gateway: Gateway::default(),
            faults: FaultState::default(),
            buckets: Buckets::default(),
            requests: Vec::new(),
            users: BTreeMap::from([(owner.id, owner), (bot.id, bot)]),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            commands: Commands::default(),
            interactions: BTreeMap::new(),
            files: BTreeMap::new(),
            nonces: BTreeMap::new(),
            settings,
            snowflakes,
            application,
        }
    }

    pub fn bot(&self) -> &User {
        &self.users[&self.application.bot]
    }

    /// The guild that a channel stands in; `None` for a DM.
    pub fn guild_of(&self, channel: ChannelId) -> Option<&Guild> {
        match self.channels.get(&channel)?.place {
            Place::Guild(guild) => self.guilds.get(&guild),
            Place::Dm(_) => None,
        }
    }

    /// What a user may do in a channel: guild permissions, then the channel's overwrites.
    pub fn permissions_in(&self, user: UserId, channel: &Channel) -> Permissions {
        match channel.place {
            Place::Dm(_) => Permissions::EVERYONE,
            Place::Guild(guild) => self.guilds.get(&guild).map_or(Permissions::NONE, |guild| {
                guild.permissions_in(user, channel)
            }),
        }
    }

    pub fn bot_permissions_in(&self, channel: &Channel) -> Permissions {
        self.permissions_in(self.application.bot, channel)
    }

    pub fn message(&self, channel: ChannelId, message: MessageId) -> Option<&Message> {
        self.channels.get(&channel)?.messages.get(&message)
    }

    pub fn message_mut(&mut self, channel: ChannelId, message: MessageId) -> Option<&mut Message> {
        self.channels.get_mut(&channel)?.messages.get_mut(&message)
    }

    /// The channel in which a message stands, for callers who know only the message.
    pub fn find_message(&self, message: MessageId) -> Option<&Message> {
        self.channels
            .values()
            .find_map(|channel| channel.messages.get(&message))
    }

    /// The DM channel between the bot and a user, made when it does not exist yet.
    pub fn dm_with(&mut self, user: UserId) -> ChannelId {
        let existing = self
            .channels
            .values()
            .find(|channel| channel.place == Place::Dm(user))
            .map(|channel| channel.id);
        existing.unwrap_or_else(|| {
            let id = ChannelId::new(self.snowflakes.next());
            self.channels.insert(id, Channel::dm(id, user));
            id
        })
    }

    pub fn find_emoji(&self, id: crate::ids::EmojiId) -> Option<&GuildEmoji> {
        self.guilds.values().find_map(|guild| guild.emojis.get(&id))
    }

    pub fn store_file(&mut self, channel: ChannelId, file: File) -> AttachmentId {
        let id = AttachmentId::new(self.snowflakes.next());
        self.files.insert(id, StoredFile { id, channel, file });
        id
    }

    pub fn now_iso(&self) -> String {
        WallTime::now().iso()
    }
}

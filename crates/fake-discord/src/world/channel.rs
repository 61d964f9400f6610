use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Message, User};
use crate::{
    ids::{ChannelId, GuildId, MessageId, UserId},
    permissions::Permissions,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Guild(GuildId),
    /// A direct conversation between the bot and this user.
    Dm(UserId),
}

/// A permission overwrite of a channel, for a role or for one member.
#[derive(Clone, Copy, Debug)]
pub struct Overwrite {
    /// A role's or a user's snowflake.
    pub id: u64,
    pub is_member: bool,
    pub allow: Permissions,
    pub deny: Permissions,
}

#[derive(Clone, Debug)]
pub struct Channel {
    pub id: ChannelId,
    pub place: Place,
    pub name: String,
    pub position: usize,
    pub overwrites: Vec<Overwrite>,
    pub messages: BTreeMap<MessageId, Message>,
}

impl Channel {
    pub fn text(id: ChannelId, guild: GuildId, name: &str) -> Self {
        Self {
            id,
            place: Place::Guild(guild),
            name: name.to_owned(),
            position: 0,
            overwrites: Vec::new(),
            messages: BTreeMap::new(),
        }
    }

    pub fn dm(id: ChannelId, user: UserId) -> Self {
        Self {
            id,
            place: Place::Dm(user),
            name: String::new(),
            position: 0,
            overwrites: Vec::new(),
            messages: BTreeMap::new(),
        }
    }

    pub fn guild_id(&self) -> Option<GuildId> {
        match self.place {
            Place::Guild(guild) => Some(guild),
            Place::Dm(_) => None,
        }
    }

    /// <https://discord.com/developers/docs/resources/channel#channel-object>
    pub fn json(&self, users: &BTreeMap<UserId, User>) -> Value {
        match self.place {
            Place::Guild(guild) => self.text_json(guild),
            Place::Dm(user) => self.dm_json(users.get(&user)),
        }
    }

    fn text_json(&self, guild: GuildId) -> Value {
        json!({
            "id": self.id,
            "type": 0,
            "guild_id": guild,
            "name": self.name,
            "topic": null,
            "position": self.position,
            "parent_id": null,
            "nsfw": false,
            "flags": 0,
            "rate_limit_per_user": 0,
            "last_message_id": self.last_message(),
            "last_pin_timestamp": null,
            "permission_overwrites": self.overwrites.iter().map(Overwrite::json).collect::<Vec<_>>(),
        })
    }

    fn dm_json(&self, user: Option<&User>) -> Value {
        json!({
            "id": self.id,
            "type": 1,
            "flags": 0,
            "last_message_id": self.last_message(),
            "recipients": user.map(User::json).into_iter().collect::<Vec<_>>(),
        })
    }

    fn last_message(&self) -> Option<MessageId> {
        self.messages.keys().next_back().copied()
    }
}

impl Overwrite {
    fn json(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "type": u8::from(self.is_member),
            "allow": self.allow,
            "deny": self.deny,
        })
    }
}

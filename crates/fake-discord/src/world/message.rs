use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{File, InteractionKind, User, World};
use crate::ids::{
    ApplicationId, AttachmentId, ChannelId, EmojiId, InteractionId, MessageId, UserId,
};

/// Bits of a message's `flags`.
pub mod flags {
    pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub const EPHEMERAL: u64 = 1 << 6;
    pub const LOADING: u64 = 1 << 7;
    pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    pub const COMPONENTS_V2: u64 = 1 << 15;
}

/// What an author decides about a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageBody {
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub attachments: Vec<AttachmentId>,
    pub flags: u64,
    pub allowed_mentions: Option<Value>,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub id: MessageId,
    pub channel: ChannelId,
    pub author: UserId,
    pub body: MessageBody,
    pub sent_at: String,
    pub edited_at: Option<String>,
    /// In the order in which each emoji was first used.
    pub reactions: Vec<(Emoji, Reactions)>,
    /// The interaction that this message answers.
    pub answers: Option<InteractionId>,
    pub replies_to: Option<MessageId>,
    pub webhook: Option<ApplicationId>,
}

/// An emoji as people use it on messages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Emoji {
    /// One of a guild's own.
    Custom(EmojiId),
    Unicode(String),
}

impl Emoji {
    pub fn unicode(text: &str) -> Self {
        Self::Unicode(text.to_owned())
    }
}

impl From<EmojiId> for Emoji {
    fn from(id: EmojiId) -> Self {
        Self::Custom(id)
    }
}

/// Who reacted with one emoji. A normal and a super reaction of one person count separately.
#[derive(Clone, Debug, Default)]
pub struct Reactions {
    pub normal: BTreeSet<UserId>,
    pub burst: BTreeSet<UserId>,
}

impl Reactions {
    pub fn users(&self, burst: bool) -> &BTreeSet<UserId> {
        if burst { &self.burst } else { &self.normal }
    }

    pub fn users_mut(&mut self, burst: bool) -> &mut BTreeSet<UserId> {
        if burst {
            &mut self.burst
        } else {
            &mut self.normal
        }
    }

    pub fn is_empty(&self) -> bool {
        self.normal.is_empty() && self.burst.is_empty()
    }
}

impl Message {
    pub fn reactions_with(&self, emoji: &Emoji) -> Option<&Reactions> {
        let found = self.reactions.iter().find(|(used, _)| used == emoji)?;
        Some(&found.1)
    }

    pub fn is_ephemeral(&self) -> bool {
        self.body.flags & flags::EPHEMERAL != 0
    }
}

impl World {
    /// `{id, name, animated}`, with a null name when nobody knows the emoji any more.
    pub fn emoji_json(&self, emoji: &Emoji) -> Value {
        match emoji {
            Emoji::Unicode(name) => json!({"id": null, "name": name}),
            Emoji::Custom(id) => {
                let known = self.find_emoji(*id);
                json!({
                    "id": id,
                    "name": known.map(|emoji| &emoji.name),
                    "animated": known.is_some_and(|emoji| emoji.animated),
                })
            }
        }
    }

    /// <https://discord.com/developers/docs/resources/message#message-object>
    pub fn message_json(&self, message: &Message) -> Value {
        let author = self.users.get(&message.author).map(User::json);
        let mut json = json!({
            "id": message.id,
            "type": message_type(message),
            "channel_id": message.channel,
            "author": author,
            "content": message.body.content,
            "timestamp": message.sent_at,
            "edited_timestamp": message.edited_at,
            "tts": false,
            "mention_everyone": false,
            "mentions": self.mentioned(&message.body),
            "mention_roles": [],
            "attachments": self.attachments_json(&message.body.attachments),
            "embeds": message.body.embeds,
            "components": message.body.components,
            "pinned": false,
            "flags": message.body.flags,
        });
        if !message.reactions.is_empty() {
            json["reactions"] = self.reactions_json(message);
        }
        if let Some(webhook) = message.webhook {
            json["webhook_id"] = json!(webhook);
            json["application_id"] = json!(webhook);
        }
        if let Some(id) = message.answers {
            json["interaction_metadata"] = self.interaction_metadata(id);
        }
        if let Some(replied) = message.replies_to {
            json["message_reference"] =
                json!({"type": 0, "channel_id": message.channel, "message_id": replied});
        }
        json
    }

    pub fn attachments_json(&self, ids: &[AttachmentId]) -> Vec<Value> {
        let stored = ids.iter().filter_map(|id| self.files.get(id));
        stored
            .map(|file| file.json(&self.gateway.urls.cdn))
            .collect()
    }

    pub fn files_of(&self, message: &Message) -> Vec<File> {
        let ids = message.body.attachments.iter();
        ids.filter_map(|id| self.files.get(id))
            .map(|stored| stored.file.clone())
            .collect()
    }

    fn reactions_json(&self, message: &Message) -> Value {
        let bot = self.application.bot;
        let one = |(emoji, who): &(Emoji, Reactions)| {
            json!({
                "emoji": self.emoji_json(emoji),
                "count": who.normal.len() + who.burst.len(),
                "count_details": {"normal": who.normal.len(), "burst": who.burst.len()},
                "me": who.normal.contains(&bot),
                "me_burst": who.burst.contains(&bot),
                "burst_me": who.burst.contains(&bot),
                "burst_count": who.burst.len(),
                "burst_colors": [],
            })
        };
        message.reactions.iter().map(one).collect()
    }

    /// The people whom this message notifies, by its text and its `allowed_mentions`.
    fn mentioned(&self, body: &MessageBody) -> Vec<Value> {
        let allowed = body.allowed_mentions.as_ref();
        let list = |key: &str| allowed.and_then(|allowed| allowed.get(key)?.as_array());
        let has = |key: &str, text: String| list(key).is_some_and(|all| all.contains(&text.into()));
        let notifies = |id: UserId| {
            allowed.is_none() || has("parse", "users".into()) || has("users", id.to_string())
        };
        mention_ids(&body.content)
            .into_iter()
            .filter(|id| notifies(*id))
            .filter_map(|id| self.users.get(&id))
            .map(User::json)
            .collect()
    }

    fn interaction_metadata(&self, id: InteractionId) -> Value {
        let Some(interaction) = self.interactions.get(&id) else {
            return Value::Null;
        };
        let mut json = json!({
            "id": id,
            "type": interaction.kind.number(),
            "user": self.users.get(&interaction.user).map(User::json),
            "authorizing_integration_owners": self.integration_owners(interaction.channel, interaction.user),
        });
        if let InteractionKind::Component { message, .. } = &interaction.kind {
            json["interacted_message_id"] = json!(message);
        }
        json
    }

    /// Who installed the application that is used here: the guild, or where the bot is not the person.
    pub fn integration_owners(&self, channel: ChannelId, user: UserId) -> Map<String, Value> {
        let guild = self.guild_of(channel);
        if guild.is_some_and(|guild| !guild.members.contains_key(&self.application.bot)) {
            return Map::from_iter([("1".to_owned(), Value::String(user.to_string()))]);
        }
        // In a DM with the bot, "0" stands for the guild whose installation allows it.
        let owner = self
            .guild_of(channel)
            .map_or_else(|| "0".to_owned(), |guild| guild.id.to_string());
        Map::from_iter([("0".to_owned(), Value::String(owner))])
    }
}

fn message_type(message: &Message) -> u8 {
    match (message.answers, message.replies_to) {
        (Some(_), _) => 20,
        (None, Some(_)) => 19,
        (None, None) => 0,
    }
}

/// The ids in `<@1>` and `<@!1>`.
pub fn mention_ids(text: &str) -> Vec<UserId> {
    let mut found: BTreeMap<UserId, ()> = BTreeMap::new();
    for piece in text.split("<@").skip(1) {
        let id = piece.split('>').next().unwrap_or_default();
        if let Ok(id) = id.trim_start_matches('!').parse() {
            found.insert(id, ());
        }
    }
    found.into_keys().collect()
}

//! The events, each with the intent that it needs and the shard that it goes to.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{Intents, Session};
use crate::{
    ids::{ChannelId, GuildId, MessageId, RoleId, UserId},
    world::{Emoji, Message, World},
};

#[derive(Clone, Debug)]
pub struct Event {
    pub name: &'static str,
    data: Value,
    audience: Audience,
    needs: Intents,
}

#[derive(Clone, Copy, Debug)]
enum Audience {
    Guild(GuildId),
    /// DMs go to shard 0 only.
    FirstShard,
}

/// A reaction, as a person makes or takes it back.
#[derive(Clone, Debug)]
pub struct Reacted<'a> {
    pub user: UserId,
    pub emoji: &'a Emoji,
    pub burst: bool,
}

impl Event {
    fn new(name: &'static str, guild: Option<GuildId>, needs: Intents, data: Value) -> Self {
        let audience = guild.map_or(Audience::FirstShard, Audience::Guild);
        Self {
            name,
            data,
            audience,
            needs,
        }
    }

    pub fn reaches(&self, session: &Session) -> bool {
        let right_shard = match self.audience {
            Audience::Guild(guild) => session.serves(guild),
            Audience::FirstShard => session.shard == 0,
        };
        right_shard && session.intents.contains(self.needs)
    }

    /// Without the message content intent a bot reads only its own messages, DMs and mentions of it.
    pub fn data_for(&self, session: &Session, bot: UserId) -> Cow<'_, Value> {
        let hides = matches!(self.name, "MESSAGE_CREATE" | "MESSAGE_UPDATE")
            && matches!(self.audience, Audience::Guild(_))
            && !session.intents.contains(Intents::MESSAGE_CONTENT)
            && !concerns(&self.data, bot);
        if !hides {
            return Cow::Borrowed(&self.data);
        }
        let mut data = self.data.clone();
        data["content"] = "".into();
        for list in ["embeds", "attachments", "components"] {
            data[list] = json!([]);
        }
        Cow::Owned(data)
    }
}

fn concerns(message: &Value, bot: UserId) -> bool {
    let id = Value::String(bot.to_string());
    let mentions = message["mentions"].as_array();
    message["author"]["id"] == id
        || mentions.is_some_and(|all| all.iter().any(|user| user["id"] == id))
}

impl World {
    pub fn guild_create(&self, guild: GuildId) -> Event {
        Event::new(
            "GUILD_CREATE",
            Some(guild),
            Intents::GUILDS,
            self.guild_create_json(guild),
        )
    }

    /// The guild object with what only this event adds. Of the members only the bot itself is in
    /// it, as for every large guild and every bot without the presence intent.
    fn guild_create_json(&self, id: GuildId) -> Value {
        let guild = &self.guilds[&id];
        let bot = guild.members.get(&self.application.bot);
        let channels = self
            .channels
            .values()
            .filter(|channel| channel.guild_id() == Some(id));
        let mut json = guild.json(&self.users);
        json["joined_at"] = bot.map_or(Value::Null, |bot| bot.joined_at.as_str().into());
        json["large"] = (guild.members.len() > 250).into();
        json["unavailable"] = false.into();
        json["member_count"] = guild.members.len().into();
        json["members"] = bot.map(|bot| bot.json(&self.users)).into_iter().collect();
        json["channels"] = channels.map(|channel| channel.json(&self.users)).collect();
        for empty in [
            "voice_states",
            "threads",
            "presences",
            "stage_instances",
            "guild_scheduled_events",
            "soundboard_sounds",
        ] {
            json[empty] = json!([]);
        }
        json
    }

    pub fn guild_update(&self, guild: GuildId) -> Event {
        let data = self.guilds[&guild].json(&self.users);
        Event::new("GUILD_UPDATE", Some(guild), Intents::GUILDS, data)
    }

    pub fn emojis_update(&self, guild: GuildId) -> Event {
        let emojis = self.guilds[&guild].emojis_json(&self.users);
        let data = json!({"guild_id": guild, "emojis": emojis});
        Event::new(
            "GUILD_EMOJIS_UPDATE",
            Some(guild),
            Intents::GUILD_EXPRESSIONS,
            data,
        )
    }

    fn member_json(&self, guild: GuildId, user: UserId) -> Value {
        let member = self
            .guilds
            .get(&guild)
            .and_then(|guild| guild.members.get(&user));
        let mut json = member
            .map(|member| member.json(&self.users))
            .unwrap_or_default();
        json["guild_id"] = json!(guild);
        json
    }

    pub fn member_add(&self, guild: GuildId, user: UserId) -> Event {
        let data = self.member_json(guild, user);
        Event::new(
            "GUILD_MEMBER_ADD",
            Some(guild),
            Intents::GUILD_MEMBERS,
            data,
        )
    }

    /// Of itself a bot hears without the intent too.
    pub fn member_update(&self, guild: GuildId, user: UserId) -> Event {
        let is_bot = user == self.application.bot;
        let needs = if is_bot {
            Intents::NONE
        } else {
            Intents::GUILD_MEMBERS
        };
        Event::new(
            "GUILD_MEMBER_UPDATE",
            Some(guild),
            needs,
            self.member_json(guild, user),
        )
    }

    pub fn member_remove(&self, guild: GuildId, user: UserId) -> Event {
        let data = json!({"guild_id": guild, "user": self.users[&user].json()});
        Event::new(
            "GUILD_MEMBER_REMOVE",
            Some(guild),
            Intents::GUILD_MEMBERS,
            data,
        )
    }

    pub fn role_event(&self, name: &'static str, guild: GuildId, role: RoleId) -> Event {
        let role = self.guilds[&guild]
            .roles
            .get(&role)
            .map(crate::world::Role::json);
        let data = json!({"guild_id": guild, "role": role});
        Event::new(name, Some(guild), Intents::GUILDS, data)
    }

    pub fn channel_event(&self, name: &'static str, channel: ChannelId) -> Event {
        let channel = &self.channels[&channel];
        let data = channel.json(&self.users);
        Event::new(name, channel.guild_id(), Intents::GUILDS, data)
    }

    pub fn message_event(&self, name: &'static str, message: &Message) -> Event {
        let guild = self.guild_of(message.channel);
        let mut data = self.message_json(message);
        if let Some(guild) = guild {
            data["guild_id"] = json!(guild.id);
            if let Some(member) = guild.members.get(&message.author) {
                data["member"] = member.json_without_user();
            }
        }
        let guild = guild.map(|guild| guild.id);
        Event::new(name, guild, messages_intent(guild), data)
    }

    pub fn message_delete(&self, channel: ChannelId, message: MessageId) -> Event {
        let guild = self.guild_of(channel).map(|guild| guild.id);
        let data = place_json(guild, channel, message);
        Event::new("MESSAGE_DELETE", guild, messages_intent(guild), data)
    }

    pub fn reaction_add(&self, message: &Message, reacted: &Reacted<'_>) -> Event {
        let guild = self.guild_of(message.channel);
        let mut data = self.reaction_json(message, reacted);
        if let Some(member) = guild.and_then(|guild| guild.members.get(&reacted.user)) {
            data["member"] = member.json(&self.users);
        }
        // Discord leaves this out now and then, and the message of a webhook has no user as author.
        if !self.faults.omit_message_author {
            data["message_author_id"] = json!(message.author);
        }
        self.reaction_event("MESSAGE_REACTION_ADD", message.channel, data)
    }

    pub fn reaction_remove(&self, message: &Message, reacted: &Reacted<'_>) -> Event {
        let data = self.reaction_json(message, reacted);
        self.reaction_event("MESSAGE_REACTION_REMOVE", message.channel, data)
    }

    pub fn reaction_remove_all(&self, channel: ChannelId, message: MessageId) -> Event {
        let guild = self.guild_of(channel).map(|guild| guild.id);
        let data = rename_id(place_json(guild, channel, message));
        self.reaction_event("MESSAGE_REACTION_REMOVE_ALL", channel, data)
    }

    pub fn reaction_remove_emoji(&self, message: &Message, emoji: &Emoji) -> Event {
        let guild = self.guild_of(message.channel).map(|guild| guild.id);
        let mut data = rename_id(place_json(guild, message.channel, message.id));
        data["emoji"] = self.emoji_json(emoji);
        self.reaction_event("MESSAGE_REACTION_REMOVE_EMOJI", message.channel, data)
    }

    fn reaction_json(&self, message: &Message, reacted: &Reacted<'_>) -> Value {
        let guild = self.guild_of(message.channel).map(|guild| guild.id);
        let mut data = rename_id(place_json(guild, message.channel, message.id));
        data["user_id"] = json!(reacted.user);
        data["emoji"] = self.emoji_json(reacted.emoji);
        data["burst"] = reacted.burst.into();
        data["type"] = u8::from(reacted.burst).into();
        if reacted.burst {
            data["burst_colors"] = json!(["#d78b4d"]);
        }
        data
    }

    fn reaction_event(&self, name: &'static str, channel: ChannelId, data: Value) -> Event {
        let guild = self.guild_of(channel).map(|guild| guild.id);
        let needs = match guild {
            Some(_) => Intents::GUILD_MESSAGE_REACTIONS,
            None => Intents::DIRECT_MESSAGE_REACTIONS,
        };
        Event::new(name, guild, needs, data)
    }

    /// Interactions need no intent.
    pub fn interaction_create(&self, channel: ChannelId, data: Value) -> Event {
        let guild = self.guild_of(channel).map(|guild| guild.id);
        Event::new("INTERACTION_CREATE", guild, Intents::NONE, data)
    }
}

impl Event {
    pub fn role_delete(guild: GuildId, role: RoleId) -> Self {
        let data = json!({"guild_id": guild, "role_id": role});
        Self::new("GUILD_ROLE_DELETE", Some(guild), Intents::GUILDS, data)
    }

    /// With `unavailable` an outage; without, the bot was removed from the guild.
    pub fn guild_delete(guild: GuildId, outage: bool) -> Self {
        let data = if outage {
            json!({"id": guild, "unavailable": true})
        } else {
            json!({"id": guild})
        };
        Self::new("GUILD_DELETE", Some(guild), Intents::GUILDS, data)
    }
}

fn messages_intent(guild: Option<GuildId>) -> Intents {
    match guild {
        Some(_) => Intents::GUILD_MESSAGES,
        None => Intents::DIRECT_MESSAGES,
    }
}

fn place_json(guild: Option<GuildId>, channel: ChannelId, message: MessageId) -> Value {
    let mut json = json!({"id": message, "channel_id": channel});
    if let Some(guild) = guild {
        json["guild_id"] = json!(guild);
    }
    json
}

/// Message events say `id`, reaction events `message_id`.
fn rename_id(mut json: Value) -> Value {
    json["message_id"] = json["id"].take();
    if let Some(object) = json.as_object_mut() {
        object.remove("id");
    }
    json
}

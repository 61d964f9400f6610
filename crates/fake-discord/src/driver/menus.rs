//! Commands from the menu of a message or of a person.

use serde_json::{Map, Value, json};

use super::{
    DriverError, FakeDiscord, Interaction,
    asking::{Action, Actor, ask},
};
use crate::{
    ids::{ChannelId, MessageId, UserId},
    world::{CommandKind, InteractionKind, Registered, World},
};

impl FakeDiscord {
    /// Picks a command from a message's Apps menu.
    ///
    /// # Errors
    ///
    /// When this person cannot see the message or the command.
    pub fn message_menu(
        &self,
        user: UserId,
        message: MessageId,
        command: &str,
    ) -> Result<Interaction, DriverError> {
        let channel = self.channel_of(message)?;
        let actor = Actor { user, channel };
        ask(&self.shared, actor, |world| {
            let command = world.offered_command(actor, CommandKind::MessageMenu, command)?;
            let found = world.message(channel, message);
            let found = found.ok_or(DriverError::NoMessage(message))?;
            let resolved = json!({"messages": {message.to_string(): world.message_json(found)}});
            Ok(menu_action(&command, message.to_string(), resolved))
        })
    }

    /// Picks a command from a person's Apps menu.
    ///
    /// # Errors
    ///
    /// When this person cannot see the command.
    pub fn user_menu(
        &self,
        user: UserId,
        channel: ChannelId,
        target: UserId,
        command: &str,
    ) -> Result<Interaction, DriverError> {
        let actor = Actor { user, channel };
        ask(&self.shared, actor, |world| {
            let command = world.offered_command(actor, CommandKind::UserMenu, command)?;
            let mut resolved = Map::new();
            world.resolve_user(actor, target, &mut resolved);
            Ok(menu_action(&command, target.to_string(), resolved.into()))
        })
    }

    pub(super) fn channel_of(&self, message: MessageId) -> Result<ChannelId, DriverError> {
        let channel = self
            .shared
            .read(|world| Some(world.find_message(message)?.channel));
        channel.ok_or(DriverError::NoMessage(message))
    }
}

fn menu_action(command: &Registered, target: String, resolved: Value) -> Action {
    let mut data = json!({
        "id": command.id,
        "name": command.name(),
        "type": command.kind(),
        "target_id": target,
        "resolved": resolved,
    });
    if let Some(guild) = command.guild {
        data["guild_id"] = json!(guild);
    }
    Action {
        kind: InteractionKind::Menu,
        data,
    }
}

impl World {
    /// Adds a user, and their membership if they have one here, to a `resolved` object.
    pub fn resolve_user(&self, actor: Actor, target: UserId, resolved: &mut Map<String, Value>) {
        if let Some(user) = self.users.get(&target) {
            put(resolved, "users", &target, user.json());
        }
        let Some(guild) = self.guild_of(actor.channel) else {
            return;
        };
        if let Some(member) = guild.members.get(&target) {
            let mut json = member.json_without_user();
            let channel = &self.channels[&actor.channel];
            json["permissions"] = json!(guild.permissions_in(target, channel));
            put(resolved, "members", &target, json);
        }
    }
}

/// `resolved[kind][id] = json`
pub fn put(resolved: &mut Map<String, Value>, kind: &str, id: &impl ToString, json: Value) {
    let of_kind = resolved.entry(kind).or_insert_with(|| json!({}));
    of_kind[id.to_string()] = json;
}

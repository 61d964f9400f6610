//! Making the event with which a person's action reaches the application.

use serde_json::{Value, json};

use super::{DriverError, Interaction};
use crate::{
    clock,
    ids::{ChannelId, InteractionId, UserId},
    permissions::Permissions,
    shared::Shared,
    world::{self, InteractionKind, Place, World},
};

/// Who does something, and where.
#[derive(Clone, Copy, Debug)]
pub struct Actor {
    pub user: UserId,
    pub channel: ChannelId,
}

/// What they do.
#[derive(Debug)]
pub struct Action {
    pub kind: InteractionKind,
    pub data: Value,
}

/// Checks the person, builds the action with the world at hand, and sends it.
pub fn ask(
    shared: &Shared,
    actor: Actor,
    action: impl FnOnce(&mut World) -> Result<Action, DriverError>,
) -> Result<Interaction, DriverError> {
    shared.change(|world| {
        world.check_presence(actor)?;
        let action = action(world)?;
        Ok(Interaction {
            shared: shared.clone(),
            id: world.start_interaction(actor, action),
        })
    })
}

impl World {
    /// Whether this person stands where they say.
    pub fn check_presence(&self, actor: Actor) -> Result<(), DriverError> {
        let channel = self.channels.get(&actor.channel);
        let channel = channel.ok_or(DriverError::NoChannel(actor.channel))?;
        let is_there = match channel.place {
            Place::Dm(user) => user == actor.user,
            Place::Guild(guild) => self.guilds[&guild].members.contains_key(&actor.user),
        };
        if !is_there {
            return Err(DriverError::NotThere(actor.user));
        }
        let may = self.permissions_in(actor.user, channel);
        if !may.contains(Permissions::VIEW_CHANNEL) {
            return Err(DriverError::NotAllowed("seeing this channel"));
        }
        Ok(())
    }

    fn start_interaction(&mut self, actor: Actor, action: Action) -> InteractionId {
        let id = InteractionId::new(self.snowflakes.next());
        let token = format!("interaction-token-{id}");
        let event = self.interaction_json(id, &token, actor, &action);
        let interaction = world::Interaction {
            id,
            token,
            user: actor.user,
            channel: actor.channel,
            kind: action.kind,
            created: clock::instant(),
            first_answer: None,
            original: None,
            original_deleted: false,
            follow_ups: Vec::new(),
            edits: 0,
            forced_expired: false,
            event: event.clone(),
        };
        self.interactions.insert(id, interaction);
        self.emit(&self.interaction_create(actor.channel, event));
        id
    }

    /// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object>
    fn interaction_json(
        &self,
        id: InteractionId,
        token: &str,
        actor: Actor,
        action: &Action,
    ) -> Value {
        let channel = &self.channels[&actor.channel];
        let mut channel_json = channel.json(&self.users);
        channel_json["permissions"] = json!(self.permissions_in(actor.user, channel));
        let mut json = json!({
            "id": id,
            "application_id": self.application.id,
            "type": action.kind.number(),
            "token": token,
            "version": 1,
            "channel_id": actor.channel,
            "channel": channel_json,
            "data": action.data,
            "locale": "en-US",
            "app_permissions": self.bot_permissions_in(channel),
            "entitlements": [],
            "authorizing_integration_owners": self.integration_owners(actor.channel, actor.user),
            "context": u8::from(channel.guild_id().is_none()),
            "attachment_size_limit": 10 * 1024 * 1024,
        });
        if let Some(message) = action
            .kind
            .message()
            .and_then(|id| self.message(actor.channel, id))
        {
            json["message"] = self.message_json(message);
        }
        self.add_person(&mut json, actor);
        json
    }

    /// In a guild the person comes as `member`, in a DM as `user`.
    fn add_person(&self, json: &mut Value, actor: Actor) {
        let Some(guild) = self.guild_of(actor.channel) else {
            json["user"] = self.users[&actor.user].json();
            return;
        };
        let channel = &self.channels[&actor.channel];
        let mut member = guild.members[&actor.user].json(&self.users);
        member["permissions"] = json!(guild.permissions_in(actor.user, channel));
        json["member"] = member;
        json["guild_id"] = json!(guild.id);
        json["guild_locale"] = "en-US".into();
        json["guild"] = json!({"id": guild.id, "locale": "en-US", "features": []});
    }
}

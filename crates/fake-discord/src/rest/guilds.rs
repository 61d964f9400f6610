//! Guilds, their channels and roles.

use serde_json::{Value, json};

use super::{
    call::Call,
    reply::{ApiError, Outcome, Reply},
};
use crate::{
    ids::GuildId,
    permissions::Permissions,
    world::{Guild, World},
};

impl World {
    /// The guild in the path, if the bot is in it.
    pub fn guild_in_path(&self, call: &Call) -> Result<&Guild, ApiError> {
        let guild = self.guilds.get(&call.id::<GuildId>(0)?);
        let guild = guild.ok_or_else(ApiError::unknown_guild)?;
        if guild.members.contains_key(&self.application.bot) {
            Ok(guild)
        } else {
            Err(ApiError::missing_access())
        }
    }

    /// Refuses unless the bot has this permission in the guild.
    pub fn need(&self, guild: GuildId, permission: Permissions) -> Result<(), ApiError> {
        let has = self.guilds[&guild].permissions(self.application.bot);
        if has.contains(permission) {
            Ok(())
        } else {
            Err(ApiError::missing_permissions())
        }
    }
}

pub fn get(world: &mut World, call: &Call) -> Outcome {
    let guild = world.guild_in_path(call)?;
    let mut json = guild.json(&world.users);
    if call.query("with_counts") == Some("true") {
        json["approximate_member_count"] = json!(guild.members.len());
        json["approximate_presence_count"] = json!(1);
    }
    Ok(Reply::ok(json))
}

pub fn channels(world: &mut World, call: &Call) -> Outcome {
    let guild = world.guild_in_path(call)?.id;
    let channels = world
        .channels
        .values()
        .filter(|channel| channel.guild_id() == Some(guild));
    let json: Vec<Value> = channels.map(|channel| channel.json(&world.users)).collect();
    Ok(Reply::ok(json))
}

pub fn roles(world: &mut World, call: &Call) -> Outcome {
    Ok(Reply::ok(world.guild_in_path(call)?.roles_json()))
}

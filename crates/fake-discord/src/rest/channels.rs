//! Channels, and direct conversations.

use serde_json::Value;

use super::{
    call::Call,
    reply::{ApiError, Outcome, Reply},
};
use crate::{
    ids::{ChannelId, UserId},
    permissions::Permissions,
    world::{Channel, World},
};

pub fn get(world: &mut World, call: &Call) -> Outcome {
    let channel = world.channel_in_path(call, Permissions::VIEW_CHANNEL)?;
    Ok(Reply::ok(channel.json(&world.users)))
}

/// <https://discord.com/developers/docs/resources/user#create-dm>
pub fn open_dm(world: &mut World, call: &Call) -> Outcome {
    let recipient = &call.body["recipient_id"];
    let recipient = recipient
        .as_str()
        .and_then(|id| id.parse().ok())
        .or_else(|| number(recipient));
    let recipient = recipient.ok_or_else(ApiError::invalid_body)?;
    let user = world
        .users
        .get(&recipient)
        .ok_or_else(ApiError::unknown_user)?;
    if user.bot {
        return Err(ApiError::cannot_message());
    }
    let id = world.dm_with(recipient);
    Ok(Reply::ok(world.channels[&id].json(&world.users)))
}

fn number(value: &Value) -> Option<UserId> {
    value.as_u64().map(UserId::new)
}

impl World {
    /// The channel in the path, if the bot sees it and has this permission in it.
    pub fn channel_in_path(&self, call: &Call, needed: Permissions) -> Result<&Channel, ApiError> {
        let channel = self.channels.get(&call.id::<ChannelId>(0)?);
        let channel = channel.ok_or_else(ApiError::unknown_channel)?;
        let has = self.bot_permissions_in(channel);
        if !has.contains(Permissions::VIEW_CHANNEL) {
            return Err(ApiError::missing_access());
        }
        if !has.contains(needed) {
            return Err(ApiError::missing_permissions());
        }
        Ok(channel)
    }
}

//! Messages in channels.

use serde_json::Value;

use super::{
    body::Draft,
    call::Call,
    checks::Problems,
    reply::{ApiError, Outcome, Reply},
};
use crate::{
    clock::WallTime,
    ids::{ChannelId, MessageId},
    permissions::Permissions,
    world::{Message, MessageBody, Place, World, flags},
};

/// <https://discord.com/developers/docs/resources/message#get-channel-messages>
pub fn list(world: &mut World, call: &Call) -> Outcome {
    let channel = world.channel_in_path(call, Permissions::READ_MESSAGE_HISTORY)?;
    let limit = usize::try_from(call.number("limit", 50, &(1..=100))?).unwrap_or(50);
    let bound = |name: &str, default| {
        call.number(name, default, &(0..=u64::MAX))
            .map(MessageId::new)
    };
    let (after, before) = (bound("after", 0)?, bound("before", u64::MAX)?);
    let visible = channel
        .messages
        .values()
        .filter(|message| !message.is_ephemeral() && message.id > after && message.id < before);
    // Newest first; but of those after a message the oldest, so that one can page upwards.
    let mut page: Vec<&Message> = if call.query("after").is_some() {
        visible.take(limit).collect()
    } else {
        visible.rev().take(limit).collect()
    };
    page.sort_by_key(|message| std::cmp::Reverse(message.id));
    let json: Vec<Value> = page
        .into_iter()
        .map(|message| world.message_as_bots_see(message))
        .collect();
    Ok(Reply::ok(json))
}

pub fn get(world: &mut World, call: &Call) -> Outcome {
    let (channel, id) = message_in_path(world, call, Permissions::READ_MESSAGE_HISTORY)?;
    let message = world
        .message(channel, id)
        .ok_or_else(ApiError::unknown_message)?;
    Ok(Reply::ok(world.message_as_bots_see(message)))
}

pub fn create(world: &mut World, call: &Call) -> Outcome {
    let channel = world.channel_in_path(call, Permissions::SEND_MESSAGES)?;
    if let Place::Dm(user) = channel.place
        && world.users[&user].takes_no_dms
    {
        return Err(ApiError::cannot_message());
    }
    let (id, may) = (channel.id, world.bot_permissions_in(channel));
    if !call.parts.is_empty() && !may.contains(Permissions::ATTACH_FILES) {
        return Err(ApiError::missing_permissions());
    }
    let nonce = enforced_nonce(call)?.map(|nonce| (id, nonce));
    let before = nonce.as_ref().and_then(|nonce| world.nonces.get(nonce));
    if let Some(before) = before.and_then(|before| world.message(id, *before)) {
        return Ok(Reply::ok(world.message_json(before)));
    }
    let mut body = write(world, call, id, MessageBody::default())?;
    if !may.contains(Permissions::EMBED_LINKS) {
        // Discord says nothing about this: the embeds are just not there.
        body.embeds.clear();
    }
    body.flags &= !flags::EPHEMERAL;
    let sent = WallTime::now();
    let message = Message {
        id: MessageId::new(world.snowflakes.at(sent)),
        channel: id,
        author: world.application.bot,
        body,
        sent_at: sent.iso(),
        edited_at: None,
        reactions: Vec::new(),
        answers: None,
        replies_to: reply_target(world, call, id)?,
        webhook: None,
    };
    if let Some(nonce) = nonce {
        world.nonces.insert(nonce, message.id);
    }
    let json = world.message_json(&message);
    world.emit(&world.message_event("MESSAGE_CREATE", &message));
    world.keep_message(message);
    Ok(Reply::ok(json))
}

/// With `enforce_nonce` a second message with the nonce of one of the last few minutes is not made: the first comes back.
///
/// <https://discord.com/developers/docs/resources/message#create-message>
fn enforced_nonce(call: &Call) -> Result<Option<String>, ApiError> {
    let nonce = match &call.body["nonce"] {
        Value::Null => return Ok(None),
        Value::String(nonce) => nonce.clone(),
        number => number.to_string(),
    };
    if nonce.chars().count() > 25 {
        let mut problems = Problems::default();
        let message = "Must be 25 or fewer in length.";
        problems.add("nonce", "BASE_TYPE_MAX_LENGTH", message);
        problems.finish()?;
    }
    Ok(Some(nonce).filter(|_| call.body["enforce_nonce"] == true))
}

pub fn edit(world: &mut World, call: &Call) -> Outcome {
    let (channel, id) = message_in_path(world, call, Permissions::VIEW_CHANNEL)?;
    let message = world
        .message(channel, id)
        .ok_or_else(ApiError::unknown_message)?;
    if message.author != world.application.bot {
        return Err(ApiError::not_the_author());
    }
    let body = write(world, call, channel, message.body.clone())?;
    world.replace_body(channel, id, body);
    reply_with(world, channel, id)
}

pub fn delete(world: &mut World, call: &Call) -> Outcome {
    call.check_reason()?;
    let (channel, id) = message_in_path(world, call, Permissions::VIEW_CHANNEL)?;
    let is_own = world
        .message(channel, id)
        .is_some_and(|message| message.author == world.application.bot);
    if !is_own {
        world.channel_in_path(call, Permissions::MANAGE_MESSAGES)?;
    }
    world.delete_message(channel, id);
    Ok(Reply::no_content())
}

fn write(
    world: &mut World,
    call: &Call,
    channel: ChannelId,
    old: MessageBody,
) -> Result<MessageBody, ApiError> {
    let draft = Draft {
        call,
        json: &call.body,
        at: "",
        channel,
    };
    world.write_body(old, &draft)
}

fn reply_with(world: &World, channel: ChannelId, id: MessageId) -> Outcome {
    let message = world
        .message(channel, id)
        .ok_or_else(ApiError::unknown_message)?;
    Ok(Reply::ok(world.message_json(message)))
}

/// The message that a new one replies to; `fail_if_not_exists` is true unless it says otherwise.
fn reply_target(
    world: &World,
    call: &Call,
    channel: ChannelId,
) -> Result<Option<MessageId>, ApiError> {
    let reference = &call.body["message_reference"];
    let id = reference["message_id"]
        .as_str()
        .and_then(|id| id.parse().ok());
    let Some(id) = id else {
        return Ok(None);
    };
    match world.message(channel, id) {
        Some(_) => Ok(Some(id)),
        None if reference["fail_if_not_exists"] == false => Ok(None),
        None => Err(ApiError::unknown_message()),
    }
}

/// The message in the path, which an ephemeral one never is.
pub fn message_in_path(
    world: &World,
    call: &Call,
    needed: Permissions,
) -> Result<(ChannelId, MessageId), ApiError> {
    let channel = world.channel_in_path(call, needed)?;
    let message = channel.messages.get(&call.id(1)?);
    let message = message.filter(|message| !message.is_ephemeral());
    Ok((
        channel.id,
        message.ok_or_else(ApiError::unknown_message)?.id,
    ))
}

impl World {
    /// Without the message content intent, what others wrote in a guild comes empty.
    ///
    /// <https://discord.com/developers/docs/events/gateway#message-content-intent>
    fn message_as_bots_see(&self, message: &Message) -> Value {
        let mut json = self.message_json(message);
        let is_private = self.guild_of(message.channel).is_none();
        let is_own = message.author == self.application.bot;
        if !(self.settings.message_content_intent || is_private || is_own) {
            json["content"] = "".into();
            for list in ["attachments", "embeds", "components"] {
                json[list] = Value::Array(Vec::new());
            }
        }
        json
    }

    /// Lays a new body over a message, and tells everybody who sees it.
    pub fn replace_body(&mut self, channel: ChannelId, id: MessageId, body: MessageBody) {
        let now = self.now_iso();
        let Some(message) = self.message_mut(channel, id) else {
            return;
        };
        // Who sees a message is decided when it is sent.
        let seen_by = message.body.flags & flags::EPHEMERAL;
        message.body = body;
        message.body.flags = (message.body.flags & !flags::EPHEMERAL) | seen_by;
        message.edited_at = Some(now);
        let message = message.clone();
        if !message.is_ephemeral() {
            self.emit(&self.message_event("MESSAGE_UPDATE", &message));
        }
    }
}

//! What an application sends after its first answer, with the interaction's token.
//!
//! <https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages>

use super::{
    body::Draft,
    call::Call,
    reply::{ApiError, Outcome, Reply},
};
use crate::{
    ids::{ApplicationId, ChannelId, InteractionId, MessageId},
    world::{FirstAnswer, MessageBody, World, flags},
};

pub fn get_original(world: &mut World, call: &Call) -> Outcome {
    let (_, channel, message) = original(world, call)?;
    reply_with(world, channel, message)
}

pub fn edit_original(world: &mut World, call: &Call) -> Outcome {
    let (id, channel, message) = original(world, call)?;
    edit(world, call, channel, message)?;
    if let Some(interaction) = world.interactions.get_mut(&id) {
        interaction.edits += 1;
    }
    reply_with(world, channel, message)
}

pub fn delete_original(world: &mut World, call: &Call) -> Outcome {
    let (id, channel, message) = original(world, call)?;
    world.delete_message(channel, message);
    if let Some(interaction) = world.interactions.get_mut(&id) {
        interaction.original_deleted = true;
    }
    Ok(Reply::no_content())
}

/// After a deferred answer the first follow-up takes the place of “thinking …”.
pub fn follow_up(world: &mut World, call: &Call) -> Outcome {
    let id = answered_interaction(world, call)?;
    let interaction = &world.interactions[&id];
    let channel = interaction.channel;
    let takes_place = interaction.is_thinking() && !interaction.original_deleted;
    if let Some(original) = interaction.original.filter(|_| takes_place) {
        edit(world, call, channel, original)?;
        if let Some(interaction) = world.interactions.get_mut(&id) {
            interaction.edits += 1;
        }
        return reply_with(world, channel, original);
    }
    let draft = Draft {
        call,
        json: &call.body,
        at: "",
        channel,
    };
    let body = world.write_body(MessageBody::default(), &draft)?;
    let message = world.answer_message(id, body);
    if let Some(interaction) = world.interactions.get_mut(&id) {
        interaction.follow_ups.push(message);
    }
    reply_with(world, channel, message)
}

pub fn get_message(world: &mut World, call: &Call) -> Outcome {
    let (channel, message) = follow_up_in_path(world, call)?;
    reply_with(world, channel, message)
}

pub fn edit_message(world: &mut World, call: &Call) -> Outcome {
    let (channel, message) = follow_up_in_path(world, call)?;
    edit(world, call, channel, message)?;
    reply_with(world, channel, message)
}

pub fn delete_message(world: &mut World, call: &Call) -> Outcome {
    let (channel, message) = follow_up_in_path(world, call)?;
    world.delete_message(channel, message);
    Ok(Reply::no_content())
}

fn edit(
    world: &mut World,
    call: &Call,
    channel: ChannelId,
    message: MessageId,
) -> Result<(), ApiError> {
    let old = world
        .message(channel, message)
        .ok_or_else(ApiError::unknown_message)?;
    let mut old = old.body.clone();
    old.flags &= !flags::LOADING;
    let draft = Draft {
        call,
        json: &call.body,
        at: "",
        channel,
    };
    let body = world.write_body(old, &draft)?;
    world.replace_body(channel, message, body);
    Ok(())
}

fn reply_with(world: &World, channel: ChannelId, message: MessageId) -> Outcome {
    let message = world
        .message(channel, message)
        .ok_or_else(ApiError::unknown_message)?;
    Ok(Reply::ok(world.message_json(message)))
}

/// The interaction whose token is in the path, if it was answered and the token is still good.
fn answered_interaction(world: &World, call: &Call) -> Result<InteractionId, ApiError> {
    let is_ours = call.id::<ApplicationId>(0)? == world.application.id;
    let token = &call.params[1];
    let found = world
        .interactions
        .values()
        .find(|interaction| interaction.token == *token);
    let found = found
        .filter(|_| is_ours)
        .ok_or_else(ApiError::unknown_webhook)?;
    if found.first_answer.is_none() {
        return Err(ApiError::unknown_webhook());
    }
    if found.is_expired(&world.settings) {
        return Err(ApiError::invalid_token());
    }
    Ok(found.id)
}

/// `@original` is the answer itself, or the message that a component's answer updates.
fn original(world: &World, call: &Call) -> Result<(InteractionId, ChannelId, MessageId), ApiError> {
    let id = answered_interaction(world, call)?;
    let interaction = &world.interactions[&id];
    let message = match interaction.first_answer {
        Some(FirstAnswer::Update | FirstAnswer::DeferredUpdate) => interaction.kind.message(),
        _ => interaction.original,
    };
    let message = message.filter(|_| !interaction.original_deleted);
    Ok((
        id,
        interaction.channel,
        message.ok_or_else(ApiError::unknown_message)?,
    ))
}

fn follow_up_in_path(world: &World, call: &Call) -> Result<(ChannelId, MessageId), ApiError> {
    let interaction = &world.interactions[&answered_interaction(world, call)?];
    let message: MessageId = call.id(2)?;
    let is_its = interaction.follow_ups.contains(&message) || interaction.original == Some(message);
    if is_its {
        Ok((interaction.channel, message))
    } else {
        Err(ApiError::unknown_message())
    }
}

//! Reactions of the bot itself, and who else reacted.

use serde_json::Value;

use super::{
    call::Call,
    messages::message_in_path,
    reply::{ApiError, Outcome, Reply},
};
use crate::{
    driver::MAX_REACTIONS,
    gateway::Reacted,
    ids::{EmojiId, UserId},
    permissions::Permissions,
    world::{Emoji, World},
};

pub fn add_mine(world: &mut World, call: &Call) -> Outcome {
    let (channel, id) = message_in_path(world, call, Permissions::READ_MESSAGE_HISTORY)?;
    let emoji = emoji_in_path(world, call)?;
    let message = world
        .message(channel, id)
        .ok_or_else(ApiError::unknown_message)?;
    if message.reactions_with(&emoji).is_none() {
        if message.reactions.len() >= MAX_REACTIONS {
            return Err(ApiError::reactions_full());
        }
        world.channel_in_path(call, Permissions::ADD_REACTIONS)?;
    }
    world.react(channel, id, &mine(world.application.bot, &emoji));
    Ok(Reply::no_content())
}

pub fn remove_mine(world: &mut World, call: &Call) -> Outcome {
    let (channel, id) = message_in_path(world, call, Permissions::VIEW_CHANNEL)?;
    let emoji = emoji_in_path(world, call)?;
    world.unreact(channel, id, &mine(world.application.bot, &emoji));
    Ok(Reply::no_content())
}

fn mine(bot: UserId, emoji: &Emoji) -> Reacted<'_> {
    Reacted {
        user: bot,
        emoji,
        burst: false,
    }
}

/// <https://discord.com/developers/docs/resources/message#get-reactions>
pub fn users(world: &mut World, call: &Call) -> Outcome {
    let (channel, id) = message_in_path(world, call, Permissions::READ_MESSAGE_HISTORY)?;
    let emoji = emoji_in_path(world, call)?;
    let limit = usize::try_from(call.number("limit", 25, &(1..=100))?).unwrap_or(25);
    let after = UserId::new(call.number("after", 0, &(0..=u64::MAX))?);
    let burst = call.query("type") == Some("1");
    let message = world
        .message(channel, id)
        .ok_or_else(ApiError::unknown_message)?;
    let who = message.reactions_with(&emoji);
    let who = who.into_iter().flat_map(|who| who.users(burst).iter());
    let page = who.filter(|user| **user > after).take(limit);
    let json: Vec<Value> = page
        .filter_map(|user| Some(world.users.get(user)?.json()))
        .collect();
    Ok(Reply::ok(json))
}

/// `name:id`, or the emoji itself.
fn emoji_in_path(world: &World, call: &Call) -> Result<Emoji, ApiError> {
    let text = call.params.get(2).map(String::as_str).unwrap_or_default();
    if let Some((_, id)) = text.rsplit_once(':') {
        let id: EmojiId = id.parse().map_err(|_| ApiError::unknown_emoji())?;
        return match world.find_emoji(id) {
            Some(_) => Ok(Emoji::Custom(id)),
            None => Err(ApiError::unknown_emoji()),
        };
    }
    if text.is_empty() || text.is_ascii() {
        return Err(ApiError::unknown_emoji());
    }
    Ok(Emoji::unicode(text))
}

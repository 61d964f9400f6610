//! Writing, reacting and reading.

use std::time::Duration;

use super::{DriverError, FakeDiscord, Post, asking::Actor};
use crate::{
    clock::WallTime,
    gateway::Reacted,
    ids::{ChannelId, EmojiId, MessageId, UserId},
    permissions::Permissions,
    world::{Emoji, File, Message, MessageBody, Reactions, World},
};

/// What Discord allows on one message.
pub const MAX_REACTIONS: usize = 20;

impl FakeDiscord {
    /// # Errors
    ///
    /// When this person cannot write there.
    pub fn post_message(
        &self,
        user: UserId,
        channel: ChannelId,
        content: &str,
    ) -> Result<MessageId, DriverError> {
        self.post_message_aged(user, channel, content, Duration::ZERO)
    }

    /// A message that was written so long ago. Nothing is sent for it if that is not now.
    ///
    /// # Errors
    ///
    /// When this person cannot write there.
    pub fn post_message_aged(
        &self,
        user: UserId,
        channel: ChannelId,
        content: &str,
        age: Duration,
    ) -> Result<MessageId, DriverError> {
        let body = MessageBody {
            content: content.to_owned(),
            ..MessageBody::default()
        };
        self.write(Actor { user, channel }, body, age)
    }

    /// A message with files.
    ///
    /// # Errors
    ///
    /// When this person cannot write there.
    pub fn post_files(
        &self,
        user: UserId,
        channel: ChannelId,
        content: &str,
        files: Vec<File>,
    ) -> Result<MessageId, DriverError> {
        let store = |file| self.shared.change(|world| world.store_file(channel, file));
        let body = MessageBody {
            content: content.to_owned(),
            attachments: files.into_iter().map(store).collect(),
            ..MessageBody::default()
        };
        self.write(Actor { user, channel }, body, Duration::ZERO)
    }

    fn write(
        &self,
        actor: Actor,
        body: MessageBody,
        age: Duration,
    ) -> Result<MessageId, DriverError> {
        self.shared.change(|world| {
            world.check_presence(actor)?;
            let channel = &world.channels[&actor.channel];
            if !world
                .permissions_in(actor.user, channel)
                .contains(Permissions::SEND_MESSAGES)
            {
                return Err(DriverError::NotAllowed("writing here"));
            }
            let message = world.new_message(actor, body, WallTime::ago(age));
            let id = message.id;
            if age.is_zero() {
                world.emit(&world.message_event("MESSAGE_CREATE", &message));
            }
            world.keep_message(message);
            Ok(id)
        })
    }

    /// The author, or a moderator, deletes a message.
    pub fn delete_message(&self, channel: ChannelId, message: MessageId) {
        self.shared
            .change(|world| world.delete_message(channel, message));
    }

    /// # Errors
    ///
    /// When this person cannot react there, or the emoji or message does not exist.
    pub fn react(
        &self,
        user: UserId,
        channel: ChannelId,
        message: MessageId,
        emoji: impl Into<Emoji>,
    ) -> Result<(), DriverError> {
        self.add_reaction(Actor { user, channel }, message, &emoji.into(), false)
    }

    /// A super reaction.
    ///
    /// # Errors
    ///
    /// As [`Self::react`].
    pub fn react_burst(
        &self,
        user: UserId,
        channel: ChannelId,
        message: MessageId,
        emoji: impl Into<Emoji>,
    ) -> Result<(), DriverError> {
        self.add_reaction(Actor { user, channel }, message, &emoji.into(), true)
    }

    /// Takes a reaction back; nothing happens when there is none.
    ///
    /// # Errors
    ///
    /// When the message does not exist.
    pub fn unreact(
        &self,
        user: UserId,
        channel: ChannelId,
        message: MessageId,
        emoji: impl Into<Emoji>,
    ) -> Result<(), DriverError> {
        self.remove_reaction(Actor { user, channel }, message, &emoji.into(), false)
    }

    /// Takes a super reaction back.
    ///
    /// # Errors
    ///
    /// When the message does not exist.
    pub fn unreact_burst(
        &self,
        user: UserId,
        channel: ChannelId,
        message: MessageId,
        emoji: impl Into<Emoji>,
    ) -> Result<(), DriverError> {
        self.remove_reaction(Actor { user, channel }, message, &emoji.into(), true)
    }

    fn add_reaction(
        &self,
        actor: Actor,
        message: MessageId,
        emoji: &Emoji,
        burst: bool,
    ) -> Result<(), DriverError> {
        self.shared.change(|world| {
            world.check_presence(actor)?;
            world.check_reaction(actor, message, emoji)?;
            let reacted = Reacted {
                user: actor.user,
                emoji,
                burst,
            };
            world.react(actor.channel, message, &reacted);
            Ok(())
        })
    }

    fn remove_reaction(
        &self,
        actor: Actor,
        message: MessageId,
        emoji: &Emoji,
        burst: bool,
    ) -> Result<(), DriverError> {
        self.shared.change(|world| {
            let found = world.message(actor.channel, message);
            found.ok_or(DriverError::NoMessage(message))?;
            let reacted = Reacted {
                user: actor.user,
                emoji,
                burst,
            };
            world.unreact(actor.channel, message, &reacted);
            Ok(())
        })
    }

    /// Everything posted in a channel, oldest first, without ephemeral answers.
    pub fn channel_history(&self, channel: ChannelId) -> Vec<Post> {
        self.shared.read(|world| {
            let channel = world.channels.get(&channel);
            let messages = channel
                .into_iter()
                .flat_map(|channel| channel.messages.values());
            messages
                .filter(|message| !message.is_ephemeral())
                .map(|message| Post::new(world, message))
                .collect()
        })
    }

    /// One message as it is now, ephemeral or not.
    pub fn post(&self, message: MessageId) -> Option<Post> {
        self.shared.read(|world| {
            let message = world.find_message(message)?;
            Some(Post::new(world, message))
        })
    }

    /// The picture of an emoji.
    pub fn emoji_picture(&self, emoji: EmojiId) -> Option<File> {
        self.shared
            .read(|world| Some(world.find_emoji(emoji)?.picture.clone()))
    }
}

impl World {
    pub fn new_message(&mut self, actor: Actor, body: MessageBody, sent: WallTime) -> Message {
        Message {
            id: MessageId::new(self.snowflakes.at(sent)),
            channel: actor.channel,
            author: actor.user,
            body,
            sent_at: sent.iso(),
            edited_at: None,
            reactions: Vec::new(),
            answers: None,
            replies_to: None,
            webhook: None,
        }
    }

    pub fn keep_message(&mut self, message: Message) {
        if let Some(channel) = self.channels.get_mut(&message.channel) {
            channel.messages.insert(message.id, message);
        }
    }

    pub fn delete_message(&mut self, channel: ChannelId, message: MessageId) {
        let found = self.channels.get_mut(&channel);
        let removed = found.and_then(|channel| channel.messages.remove(&message));
        if removed.is_some_and(|message| !message.is_ephemeral()) {
            self.emit(&self.message_delete(channel, message));
        }
    }

    fn check_reaction(
        &self,
        actor: Actor,
        id: MessageId,
        emoji: &Emoji,
    ) -> Result<(), DriverError> {
        let message = self.message(actor.channel, id);
        let message = message.filter(|message| !message.is_ephemeral());
        let message = message.ok_or(DriverError::NoMessage(id))?;
        if let Emoji::Custom(id) = emoji {
            self.find_emoji(*id).ok_or(DriverError::NoEmoji(*id))?;
        }
        // Whoever may not add a new emoji may still join in.
        if message.reactions_with(emoji).is_some() {
            return Ok(());
        }
        let may = self.permissions_in(actor.user, &self.channels[&actor.channel]);
        if !may.contains(Permissions::ADD_REACTIONS) {
            return Err(DriverError::NotAllowed("adding reactions"));
        }
        if message.reactions.len() >= MAX_REACTIONS {
            return Err(DriverError::TooManyReactions);
        }
        Ok(())
    }

    /// Adds a reaction; one that is there already changes nothing and sends nothing.
    pub fn react(&mut self, channel: ChannelId, id: MessageId, reacted: &Reacted<'_>) {
        let Some(message) = self.message_mut(channel, id) else {
            return;
        };
        if message.reactions_with(reacted.emoji).is_none() {
            message
                .reactions
                .push((reacted.emoji.clone(), Reactions::default()));
        }
        let found = message
            .reactions
            .iter_mut()
            .find(|(used, _)| used == reacted.emoji);
        let is_new =
            found.is_some_and(|(_, who)| who.users_mut(reacted.burst).insert(reacted.user));
        if let Some(message) = self.message(channel, id).filter(|_| is_new) {
            self.emit(&self.reaction_add(message, reacted));
        }
    }

    pub fn unreact(&mut self, channel: ChannelId, id: MessageId, reacted: &Reacted<'_>) {
        let Some(message) = self.message_mut(channel, id) else {
            return;
        };
        let found = message
            .reactions
            .iter_mut()
            .find(|(used, _)| used == reacted.emoji);
        let was_there =
            found.is_some_and(|(_, who)| who.users_mut(reacted.burst).remove(&reacted.user));
        message.reactions.retain(|(_, who)| !who.is_empty());
        if let Some(message) = self.message(channel, id).filter(|_| was_there) {
            self.emit(&self.reaction_remove(message, reacted));
        }
    }
}

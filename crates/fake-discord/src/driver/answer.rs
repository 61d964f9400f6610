//! What comes back for an interaction.

use std::time::Duration;

use serde_json::Value;

use super::{DriverError, Modal, Post};
use crate::{
    ids::{ChannelId, InteractionId, MessageId, UserId},
    shared::Shared,
    world::{self, FirstAnswer, World},
};

/// An interaction that a person has started; ask it for what they see.
#[derive(Clone, Debug)]
#[must_use = "an interaction is only interesting for its answer"]
pub struct Interaction {
    pub(super) shared: Shared,
    pub(super) id: InteractionId,
}

/// One line of an autocomplete list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Choice {
    pub name: String,
    /// A string, or a number for number options.
    pub value: Value,
}

impl Interaction {
    pub fn id(&self) -> InteractionId {
        self.id
    }

    /// The person who started it.
    pub fn user(&self) -> UserId {
        self.look(|interaction| interaction.user)
    }

    pub fn channel(&self) -> ChannelId {
        self.look(|interaction| interaction.channel)
    }

    /// What the person sees in the end: the answer, or, when it was deferred, what replaced
    /// “thinking …”. For a pressed button this may be the changed message.
    ///
    /// # Errors
    ///
    /// When the application did not answer in time, or answered with a modal or with choices.
    pub async fn answer(&self) -> Result<Post, DriverError> {
        self.first_answer().await?;
        let patience = self.patience();
        let seen = self
            .shared
            .wait_for(patience, |world| seen(world, self.id))
            .await;
        seen.unwrap_or(Err(DriverError::StillThinking(patience)))
    }

    /// As [`Self::answer`], but waits until the answer has been edited `edits` times.
    ///
    /// # Errors
    ///
    /// When that does not happen in time.
    pub async fn answer_edited(&self, edits: u32) -> Result<Post, DriverError> {
        self.first_answer().await?;
        let enough = |world: &World| {
            let done = world.interactions.get(&self.id)?.edits >= edits;
            done.then(|| seen(world, self.id)).flatten()
        };
        let patience = self.patience();
        let seen = self.shared.wait_for(patience, enough).await;
        seen.unwrap_or_else(|| Err(self.in_vain(&format!("{edits} edits"))))
    }

    /// The follow-up message with this index, from 0.
    ///
    /// # Errors
    ///
    /// When it does not come in time.
    pub async fn follow_up(&self, index: usize) -> Result<Post, DriverError> {
        let find = |world: &World| {
            let interaction = world.interactions.get(&self.id)?;
            let id = *interaction.follow_ups.get(index)?;
            post(world, interaction.channel, id)
        };
        let seen = self.shared.wait_for(self.patience(), find).await;
        seen.ok_or_else(|| self.in_vain(&format!("follow-up {index}")))
    }

    /// The form that the application opened.
    ///
    /// # Errors
    ///
    /// When it did not answer in time, or with something else.
    pub async fn modal(&self) -> Result<Modal, DriverError> {
        match self.first_answer().await? {
            FirstAnswer::Modal(data) => Ok(Modal {
                shared: self.shared.clone(),
                opened_by: self.id,
                data,
            }),
            other => Err(other_answer(&other)),
        }
    }

    /// The choices that an autocomplete request brought.
    ///
    /// # Errors
    ///
    /// When the application did not answer in time, or with something else.
    pub async fn choices(&self) -> Result<Vec<Choice>, DriverError> {
        match self.first_answer().await? {
            FirstAnswer::Choices(choices) => Ok(choices.iter().map(Choice::of).collect()),
            other => Err(other_answer(&other)),
        }
    }

    /// Whether the application has deferred its answer and not given it yet.
    pub fn is_thinking(&self) -> bool {
        self.look(world::Interaction::is_thinking)
    }

    /// Delivers the same interaction again, with the same id and token.
    pub fn redeliver(&self) {
        self.shared.change(|world| {
            let interaction = &world.interactions[&self.id];
            let (channel, event) = (interaction.channel, interaction.event.clone());
            world.emit(&world.interaction_create(channel, event));
        });
    }

    /// Its token is no longer good from now on.
    pub fn expire(&self) {
        self.shared.change(|world| {
            if let Some(interaction) = world.interactions.get_mut(&self.id) {
                interaction.forced_expired = true;
            }
        });
    }

    async fn first_answer(&self) -> Result<FirstAnswer, DriverError> {
        let limit = self.shared.read(|world| world.settings.answer_deadline);
        let find = |world: &World| world.interactions.get(&self.id)?.first_answer.clone();
        let found = self.shared.wait_for(limit, find).await;
        found.ok_or(DriverError::NoAnswer(limit))
    }

    fn look<R>(&self, look: impl FnOnce(&world::Interaction) -> R) -> R {
        self.shared
            .read(|world| look(&world.interactions[&self.id]))
    }

    fn patience(&self) -> Duration {
        self.shared.read(|world| world.settings.patience)
    }

    fn in_vain(&self, what: &str) -> DriverError {
        DriverError::InVain(
            format!("{what} of interaction {}", self.id),
            self.patience(),
        )
    }
}

/// What stands on the screen when the answer is complete; `None` while it is not.
fn seen(world: &World, id: InteractionId) -> Option<Result<Post, DriverError>> {
    let interaction = world.interactions.get(&id)?;
    let channel = interaction.channel;
    let follow_up = || interaction.follow_ups.first().copied();
    let original = || {
        interaction
            .original
            .filter(|_| !interaction.original_deleted)
    };
    let message = match interaction.first_answer.as_ref()? {
        FirstAnswer::Message => original().or_else(follow_up),
        FirstAnswer::Deferred { .. } if interaction.is_thinking() => {
            follow_up().filter(|_| interaction.original_deleted)
        }
        FirstAnswer::Deferred { .. } => original().or_else(follow_up),
        FirstAnswer::Update => interaction.kind.message(),
        FirstAnswer::DeferredUpdate if interaction.edits > 0 => interaction.kind.message(),
        FirstAnswer::DeferredUpdate => follow_up(),
        other => return Some(Err(other_answer(other))),
    };
    post(world, channel, message?).map(Ok)
}

fn post(world: &World, channel: ChannelId, message: MessageId) -> Option<Post> {
    world
        .message(channel, message)
        .map(|message| Post::new(world, message))
}

fn other_answer(answer: &FirstAnswer) -> DriverError {
    DriverError::OtherAnswer(match answer {
        FirstAnswer::Modal(data) => data.clone(),
        FirstAnswer::Choices(choices) => Value::Array(choices.clone()),
        other => format!("{other:?}").into(),
    })
}

impl Choice {
    fn of(json: &Value) -> Self {
        Self {
            name: json["name"].as_str().unwrap_or_default().to_owned(),
            value: json["value"].clone(),
        }
    }
}
